// SHA-256 with the processor's instructions for it.
#pragma once

#include <stddef.h>
#include <stdint.h>

// Processes whole blocks of 64 bytes into the state of SHA-256 (FIPS 180-4, section 6.2). Returns 0 and does nothing if the processor lacks
// these instructions.
int digest_sha256(uint32_t state[8], const uint8_t *blocks, size_t count, const uint32_t constants[64]);
