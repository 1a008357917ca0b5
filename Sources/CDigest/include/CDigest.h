// The work of a digest, by the processor's own instructions for it.
#pragma once

#include <stddef.h>
#include <stdint.h>

// Works whole blocks of 64 bytes into the state of SHA-256 (FIPS 180-4, section 6.2). Answers 0, with nothing done, where the processor has no
// instructions for that.
int digest_sha256(uint32_t state[8], const uint8_t *blocks, size_t count, const uint32_t constants[64]);
