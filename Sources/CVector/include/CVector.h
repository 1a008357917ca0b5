// Kernels that need wide vectors: products, attention and elementwise functions, compiled for several instruction sets and chosen at run
// time. Layers decides which products to compute. Every kernel has a plain version (`plain_…`), a straightforward implementation that the
// tests compare it with.
//
// All matrices are row-major floats and `count` counts elements unless stated otherwise. Pointers need no alignment.
#ifndef CVECTOR_H
#define CVECTOR_H

#include <stddef.h>
#include <stdint.h>

// The instruction set in use: "avx512bf16", "avx512vnni", "avx512", "avx2", "neon" or "baseline". The environment variable
// TENOR_INSTRUCTIONS may select a lower one than the processor supports.
const char *vector_instructions(void);

// Whether it has instructions that multiply bf16 or int8. Without them such products are correct but slow.
int vector_multiplies_bf16(void);
int vector_multiplies_bytes(void);

// A right factor [k, n] of products, in panels of 64 columns. A panel consists of rows of 64 words, and each word packs g neighbors of a
// column, the first one in its lowest bits: one float, two bf16 or four int8. There are ⌈n / 64⌉ panels of ⌈k / g⌉ rows, padded with zeros.
// Element (i, j) is in word (j / 64) · panel + (i / g) · row + j % 64; in a packed factor, row is 64 and panel is 64 · ⌈k / g⌉.
typedef struct {
    const void *base;
    size_t row, panel;
} VectorPanels;

// A term aᵀ b of a gradient, with a and b in panels that start at the wanted rows and columns: `depth` rows of words each.
typedef struct {
    const void *left, *right;
    size_t depth;
} VectorParts;

// Counter-based dropout: element i is kept if hash(key, first + i) >= threshold (threshold = p · 2³²), and scaled by 1 / (1 - p). The same
// key always gives the same mask, so no mask has to be stored for the backward pass.
typedef struct {
    uint32_t key;
    uint32_t threshold;
    float scale;
} VectorDropout;

#define VECTOR_KERNELS(KERNEL)                                                                                                             \
    /* y = f(x); y may be x. */                                                                                                            \
    KERNEL(void, gelu, (const float *x, float *y, size_t count), (x, y, count))                                                            \
    /* Accurate to 5e-5, for results that are rounded to 8 bits, in a third of the time. */                                                \
    KERNEL(void, gelu_near, (const float *x, float *y, size_t count), (x, y, count))                                                       \
    KERNEL(void, gelu_tanh, (const float *x, float *y, size_t count), (x, y, count))                                                       \
    KERNEL(void, tanh, (const float *x, float *y, size_t count), (x, y, count))                                                            \
    /* dx = dy · f'(x); dx may be dy. */                                                                                                   \
    KERNEL(void, gelu_backward, (const float *x, const float *dy, float *dx, size_t count), (x, dy, dx, count))                            \
    /* The derivative is accurate to 3.2e-4, for gradients that are rounded to 8 bits. */                                                  \
    KERNEL(void, gelu_backward_near, (const float *x, const float *dy, float *dx, size_t count), (x, dy, dx, count))                       \
    KERNEL(void, gelu_tanh_backward, (const float *x, const float *dy, float *dx, size_t count), (x, dy, dx, count))                       \
    KERNEL(void, tanh_backward, (const float *x, const float *dy, float *dx, size_t count), (x, dy, dx, count))                            \
    /* s = x + r (r may be null), y = (s - mean) · rstd · gamma + beta, per row. s, mean, rstd and beta may be null. */                    \
    KERNEL(void, norm, (const float *x, const float *r, float *s, float *y, const float *gamma, const float *beta, float *mean,            \
                        float *rstd, size_t rows, size_t width, float epsilon),                                                            \
           (x, r, s, y, gamma, beta, mean, rstd, rows, width, epsilon))                                                                    \
    /* Computes ds and adds to dgamma and dbeta (dbeta may be null). ds may be dy. */                                                      \
    KERNEL(void, norm_backward, (const float *dy, const float *s, const float *mean, const float *rstd, const float *gamma, float *ds,     \
                                 float *dgamma, float *dbeta, size_t rows, size_t width),                                                  \
           (dy, s, mean, rstd, gamma, ds, dgamma, dbeta, rows, width))                                                                     \
    /* y += x */                                                                                                                           \
    KERNEL(void, add, (const float *x, float *y, size_t count), (x, y, count))                                                             \
    /* sums[j] += Σ_i x[i, j], with x [rows, width] and row stride `stride`. */                                                            \
    KERNEL(void, column_sums, (const float *x, size_t stride, float *sums, size_t rows, size_t width), (x, stride, sums, rows, width))     \
    /* x[i] = kept(first + i) ? x[i] · scale : 0 */                                                                                        \
    KERNEL(void, dropout, (float *x, size_t count, uint32_t first, const VectorDropout *dropout), (x, count, first, dropout))              \
    /* One AdamW step with decoupled decay; g is multiplied by `scale` first. */                                                           \
    KERNEL(void, adamw, (float *w, const float *g, float *m, float *v, size_t count, float scale, float rate, float beta1, float beta2,    \
                         float epsilon, float decay, float correction1, float correction2),                                                \
           (w, g, m, v, count, scale, rate, beta1, beta2, epsilon, decay, correction1, correction2))                                       \
    /* AdamW's weight decay over several steps without a gradient: w = w · factors[0] · factors[1] · …, rounded after each factor. */      \
    KERNEL(void, decay, (float *w, size_t count, const float *factors, size_t steps), (w, count, factors, steps))                          \
    /* Σ x² in double precision. */                                                                                                        \
    KERNEL(double, square_sum, (const float *x, size_t count), (x, count))                                                                 \
    /* 1 if no element is infinite or NaN, else 0. */                                                                                      \
    KERNEL(int, is_finite, (const float *x, size_t count), (x, count))                                                                     \
    /* y = x rounded to bf16, to nearest even. */                                                                                          \
    KERNEL(void, to_bf16, (const float *x, uint16_t *y, size_t count), (x, y, count))                                                      \
    /* Packs w [rows, width] into panels, as a right factor itself (`straight`) or as its transpose; either may be null. The bf16          \
       version rounds. The panels of `straight` are `panel` words apart, because w may be some rows of a larger matrix. */                 \
    KERNEL(void, panels_f32, (const float *w, uint32_t *straight, size_t panel, uint32_t *transposed, size_t rows, size_t width),              \
           (w, straight, panel, transposed, rows, width))                                                                                      \
    KERNEL(void, panels_bf16, (const float *w, uint32_t *straight, size_t panel, uint32_t *transposed, size_t rows, size_t width),             \
           (w, straight, panel, transposed, rows, width))                                                                                      \
    /* The same for a matrix that is already bf16, and for int8. */                                                                        \
    KERNEL(void, panels_of_bf16, (const uint16_t *w, uint32_t *straight, size_t rows, size_t width), (w, straight, rows, width))           \
    KERNEL(void, panels_s8, (const int8_t *w, uint32_t *transposed, size_t rows, size_t width), (w, transposed, rows, width))                      \
    /* y = xᵀ: x [rows, width], y [width, rows], with the given row strides. y_stride is at least `rows` rounded up to a multiple of 16;   \
       y is zero-padded up to there. */                                                                                                    \
    KERNEL(void, transpose, (const float *x, size_t x_stride, float *y, size_t y_stride, size_t rows, size_t width),                       \
           (x, x_stride, y, y_stride, rows, width))                                                                                        \
    /* y = x w + bias (which may be null), or y += with `adds`: x [m, k], w [k, n] in panels, y [m, n] with row stride `stride`. */        \
    KERNEL(void, product_f32,                                                                                                              \
           (const float *x, const VectorPanels *w, const float *bias, float *y, size_t stride, size_t m, size_t n, size_t k, int adds),    \
           (x, w, bias, y, stride, m, n, k, adds))                                                                                         \
    KERNEL(void, product_bf16,                                                                                                             \
           (const uint16_t *x, const VectorPanels *w, const float *bias, float *y, size_t stride, size_t m, size_t n, size_t k, int adds), \
           (x, w, bias, y, stride, m, n, k, adds))                                                                                         \
    /* The same for the output of `quantize` and `quantize_weights`, converted back to floats: y = (x w - zeros[i] · sums[j]) ·            \
       scales[i] · column_scales[j] + bias[j]. */                                                                                          \
    KERNEL(void, product_u8s8,                                                                                                             \
           (const uint8_t *x, const float *scales, const int32_t *zeros, const VectorPanels *w, const float *column_scales,                \
            const int32_t *sums, const float *bias, float *y, size_t stride, size_t m, size_t n, size_t k),                                \
           (x, scales, zeros, w, column_scales, sums, bias, y, stride, m, n, k))                                                           \
    /* u = x w + bias, y = gelu(u); u may be null. The bf16 version uses `gelu_near` and rounds. */                                        \
    KERNEL(void, product_gelu_f32,                                                                                                         \
           (const float *x, const VectorPanels *w, const float *bias, float *u, float *y, size_t stride, size_t m, size_t n, size_t k),    \
           (x, w, bias, u, y, stride, m, n, k))                                                                                            \
    KERNEL(void, product_gelu_bf16,                                                                                                        \
           (const uint16_t *x, const VectorPanels *w, const float *bias, float *u, uint16_t *y, size_t stride, size_t m, size_t n,         \
            size_t k),                                                                                                                     \
           (x, w, bias, u, y, stride, m, n, k))                                                                                            \
    /* y = Σ aᵀ b over the parts, or y += with `adds`: y [m, n] with row stride `stride`. */                                               \
    KERNEL(void, gradient_f32, (const VectorParts *parts, size_t count, float *y, size_t stride, size_t m, size_t n, int adds),            \
           (parts, count, y, stride, m, n, adds))                                                                                          \
    KERNEL(void, gradient_bf16, (const VectorParts *parts, size_t count, float *y, size_t stride, size_t m, size_t n, int adds),           \
           (parts, count, y, stride, m, n, adds))                                                                                          \
    /* y = scale · a b, or y += with `adds`, for submatrices and their transposes: a [m, k], b [k, n], y [m, n]. Element (i, j) of a is    \
       at i · a_row + j · a_column, and likewise for b, where one of the two strides must be 1; y has row stride `stride`. A row of y is   \
       bitwise independent of the other rows. Fastest if b is not transposed and n is a multiple of 16. scratch: multiply_scratch(k)       \
       floats. */                                                                                                                          \
    KERNEL(void, multiply, (const float *a, size_t a_row, size_t a_column, const float *b, size_t b_row, size_t b_column, float scale,     \
                            float *y, size_t stride, size_t m, size_t n, size_t k, int adds, float *scratch),                              \
           (a, a_row, a_column, b, b_row, b_column, scale, y, stride, m, n, k, adds, scratch))                                             \
    /* For each row, over the range that spans its elements and 0: scales[i] = range / 255, zeros[i] = the integer that stands for 0, y    \
       = round(x / scales[i] + zeros[i]). */                                                                                               \
    KERNEL(void, quantize, (const float *x, uint8_t *y, float *scales, int32_t *zeros, size_t rows, size_t width),                         \
           (x, y, scales, zeros, rows, width))                                                                                             \
    /* For each row: scales[i] = max |x[i]| / 127, y = round(x / scales[i]), sums[i] = Σ y[i]. */                                          \
    KERNEL(void, quantize_weights, (const float *x, int8_t *y, float *scales, int32_t *sums, size_t rows, size_t width),                   \
           (x, y, scales, sums, rows, width))                                                                                              \
    /* y = x wᵀ + bias (which may be null) for few rows of x; reads w once in its stored layout: x [m, k], w [n, k], y [m, n]. */          \
    KERNEL(void, small_m_products, (const float *x, const float *w, const float *bias, float *y, size_t m, size_t n, size_t k),                \
           (x, w, bias, y, m, n, k))                                                                                                       \
    KERNEL(void, small_m_products_bf16, (const uint16_t *x, const uint16_t *w, const float *bias, float *y, size_t m, size_t n, size_t k),     \
           (x, w, bias, y, m, n, k))                                                                                                       \
    /* Backward: dx = dy w. */                                                                                                             \
    KERNEL(void, small_m_products_back, (const float *dy, const float *w, float *dx, size_t m, size_t n, size_t k), (dy, w, dx, m, n, k))      \
    KERNEL(void, small_m_products_back_bf16, (const uint16_t *dy, const uint16_t *w, float *dx, size_t m, size_t n, size_t k),                 \
           (dy, w, dx, m, n, k))                                                                                                           \
    /* One head, m queries over a sequence of n tokens: out = dropout(softmax(q kᵀ · scale + bias)) v. q [m, d] and k, v [n, d] have row   \
       stride `stride`, out [m, d] has `out_stride`. bias is [m, n] or null. scratch: attention_scratch(n, d) floats. */                   \
    KERNEL(void, attention, (const float *q, const float *k, const float *v, size_t stride, const float *bias, float *out,                 \
                             size_t out_stride, size_t m, size_t n, size_t d, float scale, const VectorDropout *dropout, float *scratch),  \
           (q, k, v, stride, bias, out, out_stride, m, n, d, scale, dropout, scratch))                                                     \
    /* Backward: sets dq, dk, dv (strides as q, k, v) and, if not null, dbias [m, n]. */                                                   \
    KERNEL(void, attention_backward, (const float *q, const float *k, const float *v, size_t stride, const float *bias,                    \
                                      const float *dout, size_t out_stride, float *dq, float *dk, float *dv, float *dbias, size_t m,       \
                                      size_t n, size_t d, float scale, const VectorDropout *dropout, float *scratch),                      \
           (q, k, v, stride, bias, dout, out_stride, dq, dk, dv, dbias, m, n, d, scale, dropout, scratch))

#define VECTOR_DECLARE(result, name, parameters, arguments)                                                                                \
    result vector_##name parameters;                                                                                                       \
    result plain_##name parameters;
VECTOR_KERNELS(VECTOR_DECLARE)
#undef VECTOR_DECLARE

// The number of scratch floats that `multiply` needs.
size_t multiply_scratch(size_t k);

// The number of scratch floats that `attention` and `attention_backward` need.
size_t attention_scratch(size_t n, size_t d);
size_t attention_backward_scratch(size_t n, size_t d);

#endif
