#include <lzma.h>

// A macro that Swift cannot import.
static const uint32_t tenor_lzma_concatenated = LZMA_CONCATENATED;
