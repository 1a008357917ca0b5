// Compiles kernels.inc for each instruction set and selects one at startup.
#include "CVector.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Vectors wider than the registers are passed only between always-inlined functions of this file, so their ABI does not matter.
#pragma clang diagnostic ignored "-Wpsabi"
#define INLINE static inline __attribute__((always_inline))

#define JOIN2(a, b) a##_##b
#define JOIN(a, b) JOIN2(a, b)

// The element types of a product's factors: fp32, fp32 that is rounded to bf16 when packed into panels, bf16, int8.
enum { FLOATS, ROUNDED, HALVES, BYTES };

// Where the sums of a product are stored and how they are finished. If there is a `curved`, it receives their GELU, with the same stride,
// and y may be null. The last four members are for int8 products, see `product_u8s8`.
typedef struct {
    float *y;
    size_t stride;
    const float *bias;
    int adds;
    void *curved;
    const float *row_scales;
    const int32_t *zeros;
    const float *column_scales;
    const int32_t *sums;
} Answer;

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

#define HAS_512_BITS
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#define NAMED(x) JOIN(avx512, x)
#include "kernels.inc"
#undef NAMED
#pragma clang attribute pop
#define ENTRY(result, name, parameters, arguments) .name = avx512_##name,
static const Kernels avx512 = {.instructions = "avx512", VECTOR_KERNELS(ENTRY)};
#undef ENTRY

#define MULTIPLIES_BYTES
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma"))), apply_to = function)
#define NAMED(x) JOIN(avx512vnni, x)
#include "kernels.inc"
#undef NAMED
#pragma clang attribute pop
#define ENTRY(result, name, parameters, arguments) .name = avx512vnni_##name,
static const Kernels avx512vnni = {.instructions = "avx512vnni", VECTOR_KERNELS(ENTRY)};
#undef ENTRY

#define MULTIPLIES_BF16
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16,avx2,fma"))), apply_to = function)
#define NAMED(x) JOIN(avx512bf16, x)
#include "kernels.inc"
#undef NAMED
#pragma clang attribute pop
#define ENTRY(result, name, parameters, arguments) .name = avx512bf16_##name,
static const Kernels avx512bf16 = {.instructions = "avx512bf16", VECTOR_KERNELS(ENTRY)};
#undef ENTRY
#undef MULTIPLIES_BF16
#undef MULTIPLIES_BYTES
#undef HAS_512_BITS
#endif

static const Kernels *kernels = &baseline;

#if defined(__x86_64__)
// Selects the best set that this processor supports, or the lower one that TENOR_INSTRUCTIONS names.
__attribute__((constructor)) static void choose_kernels(void) {
    __builtin_cpu_init();
    const int has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const int has_avx512 = has_avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    const int has_vnni = has_avx512 && __builtin_cpu_supports("avx512vnni");
    const int has_bf16 = has_vnni && __builtin_cpu_supports("avx512bf16");
    const Kernels *best[] = {&baseline, has_avx2 ? &avx2 : NULL, has_avx512 ? &avx512 : NULL, has_vnni ? &avx512vnni : NULL,
                             has_bf16 ? &avx512bf16 : NULL};
    const char *wanted = getenv("TENOR_INSTRUCTIONS");
    for (size_t i = 0; i < sizeof best / sizeof *best && best[i]; i++) {
        kernels = best[i];
        if (wanted && strcmp(wanted, best[i]->instructions) == 0) return;
    }
}

int vector_multiplies_bytes(void) { return kernels == &avx512vnni || kernels == &avx512bf16; }

int vector_multiplies_bf16(void) { return kernels == &avx512bf16; }
#else
int vector_multiplies_bytes(void) { return 0; }

int vector_multiplies_bf16(void) { return 0; }
#endif

const char *vector_instructions(void) { return kernels->instructions; }

#define CALL(result, name, parameters, arguments)                                                                                          \
    result vector_##name parameters { return kernels->name arguments; }
VECTOR_KERNELS(CALL)

static size_t padded(size_t n) { return (n + 15) / 16 * 16; }

size_t multiply_scratch(size_t k) { return 64 * k; }

size_t attention_scratch(size_t n, size_t d) { return (d + 8) * padded(n) + n * padded(d); }

size_t attention_backward_scratch(size_t n, size_t d) { return (2 * d + 16) * padded(n) + 3 * n * padded(d) + 16 * padded(d); }
