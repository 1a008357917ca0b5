// Compiles kernels.inc for each instruction set and picks one when the program starts.
#include "CVector.h"

#include <math.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Vectors wider than the registers are passed only between functions of this file that are always inlined: no ABI is at stake.
#pragma clang diagnostic ignored "-Wpsabi"
#define INLINE static inline __attribute__((always_inline))

#define JOIN2(a, b) a##_##b
#define JOIN(a, b) JOIN2(a, b)

#define VECTOR_STATIC_TABLE(result, name, parameters, arguments) result(*name) parameters;
typedef struct {
    const char *instructions;
    VECTOR_KERNELS(VECTOR_STATIC_TABLE)
} Kernels;

#define NAMED(x) JOIN(baseline, x)
#include "kernels.inc"
#undef NAMED
#define ENTRY(result, name, parameters, arguments) .name = baseline_##name,
#if defined(__aarch64__)
static const Kernels baseline = {.instructions = "neon", VECTOR_KERNELS(ENTRY)};
#else
static const Kernels baseline = {.instructions = "baseline", VECTOR_KERNELS(ENTRY)};
#endif
#undef ENTRY

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define NAMED(x) JOIN(avx2, x)
#include "kernels.inc"
#undef NAMED
#pragma clang attribute pop
#define ENTRY(result, name, parameters, arguments) .name = avx2_##name,
static const Kernels avx2 = {.instructions = "avx2", VECTOR_KERNELS(ENTRY)};
#undef ENTRY

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#define NAMED(x) JOIN(avx512, x)
#include "kernels.inc"
#undef NAMED
#pragma clang attribute pop
#define ENTRY(result, name, parameters, arguments) .name = avx512_##name,
static const Kernels avx512 = {.instructions = "avx512", VECTOR_KERNELS(ENTRY)};
#undef ENTRY

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,avx2,fma"))), apply_to = function)
#define NAMED(x) JOIN(avx512bf16, x)
#define ROUNDS_TO_BF16
#include "kernels.inc"
#undef ROUNDS_TO_BF16
#undef NAMED
#pragma clang attribute pop
#define ENTRY(result, name, parameters, arguments) .name = avx512bf16_##name,
static const Kernels avx512bf16 = {.instructions = "avx512", VECTOR_KERNELS(ENTRY)};
#undef ENTRY
#endif

static const Kernels *kernels = &baseline;

__attribute__((constructor)) static void choose_kernels(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl"))
        kernels = __builtin_cpu_supports("avx512bf16") ? &avx512bf16 : &avx512;
    else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        kernels = &avx2;
#endif
}

const char *vector_instructions(void) { return kernels->instructions; }

#define CALL(result, name, parameters, arguments)                                                                                          \
    result vector_##name parameters { return kernels->name arguments; }
VECTOR_KERNELS(CALL)

static size_t padded(size_t n) { return (n + 15) / 16 * 16; }

size_t attention_scratch(size_t n, size_t d) { return (d + 8) * padded(n) + n * padded(d); }

size_t attention_backward_scratch(size_t n, size_t d) { return (2 * d + 16) * padded(n) + 3 * n * padded(d) + 16 * padded(d); }
