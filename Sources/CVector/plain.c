// Reference implementations: each kernel in its textbook form, one element at a time with the C library's functions, with sums in double.
#include "CVector.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double normal(double x) { return 0.5 * erfc(-x / sqrt(2.0)); }

void plain_gelu(const float *x, float *y, size_t count) {
    for (size_t i = 0; i < count; i++) y[i] = (float)(x[i] * normal(x[i]));
}

void plain_gelu_near(const float *x, float *y, size_t count) { plain_gelu(x, y, count); }

void plain_gelu_tanh(const float *x, float *y, size_t count) {
    for (size_t i = 0; i < count; i++) {
        double v = x[i];
        y[i] = (float)(0.5 * v * (1 + tanh(sqrt(2 / M_PI) * (v + 0.044715 * v * v * v))));
    }
}

void plain_tanh(const float *x, float *y, size_t count) {
    for (size_t i = 0; i < count; i++) y[i] = (float)tanh(x[i]);
}

void plain_gelu_backward(const float *x, const float *dy, float *dx, size_t count) {
    for (size_t i = 0; i < count; i++) {
        double v = x[i];
        dx[i] = (float)(dy[i] * (normal(v) + v * exp(-v * v / 2) / sqrt(2 * M_PI)));
    }
}

void plain_gelu_backward_near(const float *x, const float *dy, float *dx, size_t count) { plain_gelu_backward(x, dy, dx, count); }

void plain_gelu_tanh_backward(const float *x, const float *dy, float *dx, size_t count) {
    for (size_t i = 0; i < count; i++) {
        double v = x[i], t = tanh(sqrt(2 / M_PI) * (v + 0.044715 * v * v * v));
        dx[i] = (float)(dy[i] * (0.5 * (1 + t) + 0.5 * v * (1 - t * t) * sqrt(2 / M_PI) * (1 + 3 * 0.044715 * v * v)));
    }
}

void plain_tanh_backward(const float *x, const float *dy, float *dx, size_t count) {
    for (size_t i = 0; i < count; i++) {
        double t = tanh(x[i]);
        dx[i] = (float)(dy[i] * (1 - t * t));
    }
}

void plain_norm(const float *x, const float *r, float *s, float *y, const float *gamma, const float *beta, float *mean, float *rstd,
                size_t rows, size_t width, float epsilon) {
    for (size_t i = 0; i < rows; i++) {
        double m = 0, variance = 0;
        for (size_t j = 0; j < width; j++) {
            size_t at = i * width + j;
            y[at] = x[at] + (r ? r[at] : 0);
            if (s) s[at] = y[at];
            m += y[at];
        }
        m /= (double)width;
        for (size_t j = 0; j < width; j++) variance += (y[i * width + j] - m) * (y[i * width + j] - m);
        double scale = 1 / sqrt(variance / (double)width + epsilon);
        for (size_t j = 0; j < width; j++) {
            size_t at = i * width + j;
            y[at] = (float)((y[at] - m) * scale * gamma[j] + (beta ? beta[j] : 0));
        }
        if (mean) mean[i] = (float)m;
        if (rstd) rstd[i] = (float)scale;
    }
}

void plain_norm_backward(const float *dy, const float *s, const float *mean, const float *rstd, const float *gamma, float *ds,
                         float *dgamma, float *dbeta, size_t rows, size_t width) {
    for (size_t i = 0; i < rows; i++) {
        double sum = 0, product = 0;
        for (size_t j = 0; j < width; j++) {
            double g = dy[i * width + j], n = (s[i * width + j] - mean[i]) * rstd[i];
            dgamma[j] += (float)(g * n);
            if (dbeta) dbeta[j] += (float)g;
            sum += g * gamma[j] / (double)width;
            product += g * gamma[j] * n / (double)width;
        }
        for (size_t j = 0; j < width; j++) {
            double n = (s[i * width + j] - mean[i]) * rstd[i];
            ds[i * width + j] = (float)((dy[i * width + j] * gamma[j] - sum - n * product) * rstd[i]);
        }
    }
}

void plain_add(const float *x, float *y, size_t count) {
    for (size_t i = 0; i < count; i++) y[i] += x[i];
}

void plain_column_sums(const float *x, size_t stride, float *sums, size_t rows, size_t width) {
    for (size_t j = 0; j < width; j++) {
        double total = 0;
        for (size_t i = 0; i < rows; i++) total += x[i * stride + j];
        sums[j] += (float)total;
    }
}

void plain_dropout(float *x, size_t count, uint32_t first, const VectorDropout *dropout) {
    for (size_t i = 0; i < count; i++) {
        uint32_t h = (first + (uint32_t)i) * 0x9e3779b9u + dropout->key;
        h = (h ^ h >> 16) * 0x7feb352du;
        h = (h ^ h >> 15) * 0x846ca68bu;
        h ^= h >> 16;
        x[i] = h >= dropout->threshold ? x[i] * dropout->scale : 0;
    }
}

void plain_adamw(float *w, const float *g, float *m, float *v, size_t count, float scale, float rate, float beta1, float beta2,
                 float epsilon, float decay, float correction1, float correction2) {
    for (size_t i = 0; i < count; i++) {
        double gradient = (double)g[i] * scale;
        m[i] = (float)(beta1 * (double)m[i] + (1 - beta1) * gradient);
        v[i] = (float)(beta2 * (double)v[i] + (1 - beta2) * gradient * gradient);
        double mean = m[i] / correction1, square = v[i] / correction2;
        w[i] = (float)(w[i] - rate * decay * w[i] - rate * mean / (sqrt(square) + epsilon));
    }
}

void plain_decay(float *w, size_t count, const float *factors, size_t steps) {
    for (size_t s = 0; s < steps; s++)
        for (size_t i = 0; i < count; i++) w[i] *= factors[s];
}

double plain_square_sum(const float *x, size_t count) {
    double total = 0;
    for (size_t i = 0; i < count; i++) total += (double)x[i] * x[i];
    return total;
}

int plain_is_finite(const float *x, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!isfinite(x[i])) return 0;
    return 1;
}

void plain_to_bf16(const float *x, uint16_t *y, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        if (isnan(x[i])) {
            y[i] = (uint16_t)(bits >> 16 | 0x40);
            continue;
        }
        uint32_t rest = bits & 0xffff, half = bits >> 16;
        y[i] = (uint16_t)(half + (rest > 0x8000 || (rest == 0x8000 && half & 1)));
    }
}

static float from_bf16(uint16_t x) {
    uint32_t bits = (uint32_t)x << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

// Writes an element of `size` bytes of a right factor into its panel.
static void put(uint32_t *panels, size_t panel, size_t i, size_t j, const void *element, size_t size) {
    size_t deep = 4 / size, word = j / 64 * panel + i / deep * 64 + j % 64;
    memcpy((char *)(panels + word) + i % deep * size, element, size);
}

// The number of words in a panel of a right factor with `rows` rows, if each word packs `deep` of them.
static size_t panel_words(size_t rows, size_t deep) { return (rows + deep - 1) / deep * 64; }

static void clear(uint32_t *panels, size_t panel, size_t rows, size_t width, size_t deep) {
    for (size_t j = 0; panels && j < width; j += 64) memset(panels + j / 64 * panel, 0, 4 * panel_words(rows, deep));
}

void plain_panels_f32(const float *w, uint32_t *straight, size_t panel, uint32_t *transposed, size_t rows, size_t width) {
    clear(straight, panel, rows, width, 1);
    clear(transposed, panel_words(width, 1), width, rows, 1);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < width; j++) {
            if (straight) put(straight, panel, i, j, w + i * width + j, 4);
            if (transposed) put(transposed, panel_words(width, 1), j, i, w + i * width + j, 4);
        }
}

void plain_panels_bf16(const float *w, uint32_t *straight, size_t panel, uint32_t *transposed, size_t rows, size_t width) {
    clear(straight, panel, rows, width, 2);
    clear(transposed, panel_words(width, 2), width, rows, 2);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < width; j++) {
            uint16_t half;
            plain_to_bf16(w + i * width + j, &half, 1);
            if (straight) put(straight, panel, i, j, &half, 2);
            if (transposed) put(transposed, panel_words(width, 2), j, i, &half, 2);
        }
}

void plain_panels_of_bf16(const uint16_t *w, uint32_t *straight, size_t rows, size_t width) {
    clear(straight, panel_words(rows, 2), rows, width, 2);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < width; j++) put(straight, panel_words(rows, 2), i, j, w + i * width + j, 2);
}

void plain_panels_s8(const int8_t *w, uint32_t *transposed, size_t rows, size_t width) {
    clear(transposed, panel_words(width, 4), width, rows, 4);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < width; j++) put(transposed, panel_words(width, 4), j, i, w + i * width + j, 1);
}

// Element (i, j) of a right factor: fp32, bf16 or int8 depending on `size`.
static double element(const VectorPanels *w, size_t i, size_t j, size_t size) {
    size_t deep = 4 / size;
    const char *at = (const char *)w->base + 4 * (j / 64 * w->panel + i / deep * w->row + j % 64) + i % deep * size;
    return size == 4 ? *(const float *)at : size == 2 ? from_bf16(*(const uint16_t *)at) : *(const int8_t *)at;
}

void plain_product_f32(const float *x, const VectorPanels *w, const float *bias, float *y, size_t stride, size_t m, size_t n, size_t k,
                       int adds) {
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = (bias ? bias[j] : 0) + (adds ? y[i * stride + j] : 0);
            for (size_t c = 0; c < k; c++) sum += x[i * k + c] * element(w, c, j, 4);
            y[i * stride + j] = (float)sum;
        }
}

void plain_product_bf16(const uint16_t *x, const VectorPanels *w, const float *bias, float *y, size_t stride, size_t m, size_t n, size_t k,
                        int adds) {
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = (bias ? bias[j] : 0) + (adds ? y[i * stride + j] : 0);
            for (size_t c = 0; c < k; c++) sum += from_bf16(x[i * k + c]) * element(w, c, j, 2);
            y[i * stride + j] = (float)sum;
        }
}

void plain_product_u8s8(const uint8_t *x, const float *scales, const int32_t *zeros, const VectorPanels *w, const float *column_scales,
                        const int32_t *sums, const float *bias, float *y, size_t stride, size_t m, size_t n, size_t k) {
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            int32_t sum = -zeros[i] * sums[j];
            for (size_t c = 0; c < k; c++) sum += x[i * k + c] * (int32_t)element(w, c, j, 1);
            y[i * stride + j] = (float)sum * (column_scales[j] * scales[i]) + (bias ? bias[j] : 0);
        }
}

void plain_product_gelu_f32(const float *x, const VectorPanels *w, const float *bias, float *u, float *y, size_t stride, size_t m, size_t n,
                            size_t k) {
    plain_product_f32(x, w, bias, y, stride, m, n, k, 0);
    for (size_t i = 0; i < m; i++) {
        if (u) memcpy(u + i * stride, y + i * stride, n * sizeof *u);
        plain_gelu(y + i * stride, y + i * stride, n);
    }
}

void plain_product_gelu_bf16(const uint16_t *x, const VectorPanels *w, const float *bias, float *u, uint16_t *y, size_t stride, size_t m,
                             size_t n, size_t k) {
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            VectorPanels column = {(const char *)w->base + 4 * (j / 64 * w->panel + j % 64), w->row, 0};
            float value;
            plain_product_bf16(x + i * k, &column, bias ? bias + j : NULL, &value, 1, 1, 1, k, 0);
            if (u) u[i * stride + j] = value;
            plain_gelu_near(&value, &value, 1);
            plain_to_bf16(&value, y + i * stride + j, 1);
        }
}

// The gradient kernels for elements of `size` bytes.
static void gradient(const VectorParts *parts, size_t count, float *y, size_t stride, size_t m, size_t n, int adds, size_t size) {
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = adds ? y[i * stride + j] : 0;
            for (size_t p = 0; p < count; p++) {
                VectorPanels a = {parts[p].left, 64, 64 * parts[p].depth}, b = {parts[p].right, 64, 64 * parts[p].depth};
                for (size_t t = 0; t < 4 / size * parts[p].depth; t++) sum += element(&a, t, i, size) * element(&b, t, j, size);
            }
            y[i * stride + j] = (float)sum;
        }
}

void plain_gradient_f32(const VectorParts *parts, size_t count, float *y, size_t stride, size_t m, size_t n, int adds) {
    gradient(parts, count, y, stride, m, n, adds, 4);
}

void plain_gradient_bf16(const VectorParts *parts, size_t count, float *y, size_t stride, size_t m, size_t n, int adds) {
    gradient(parts, count, y, stride, m, n, adds, 2);
}

void plain_transpose(const float *x, size_t x_stride, float *y, size_t y_stride, size_t rows, size_t width) {
    for (size_t j = 0; j < width; j++)
        for (size_t i = 0; i < (rows + 15) / 16 * 16; i++) y[j * y_stride + i] = i < rows ? x[i * x_stride + j] : 0;
}

void plain_multiply(const float *a, size_t a_row, size_t a_column, const float *b, size_t b_row, size_t b_column, float scale, float *y,
                    size_t stride, size_t m, size_t n, size_t k, int adds, float *scratch) {
    (void)scratch;
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = 0;
            for (size_t c = 0; c < k; c++) sum += (double)a[i * a_row + c * a_column] * b[c * b_row + j * b_column];
            y[i * stride + j] = (float)(scale * sum + (adds ? y[i * stride + j] : 0));
        }
}

void plain_small_m_products(const float *x, const float *w, const float *bias, float *y, size_t m, size_t n, size_t k) {
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = bias ? bias[j] : 0;
            for (size_t c = 0; c < k; c++) sum += (double)x[i * k + c] * w[j * k + c];
            y[i * n + j] = (float)sum;
        }
}

void plain_small_m_products_bf16(const uint16_t *x, const uint16_t *w, const float *bias, float *y, size_t m, size_t n, size_t k) {
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = bias ? bias[j] : 0;
            for (size_t c = 0; c < k; c++) sum += (double)from_bf16(x[i * k + c]) * from_bf16(w[j * k + c]);
            y[i * n + j] = (float)sum;
        }
}

void plain_small_m_products_back(const float *dy, const float *w, float *dx, size_t m, size_t n, size_t k) {
    for (size_t i = 0; i < m; i++)
        for (size_t c = 0; c < k; c++) {
            double sum = 0;
            for (size_t j = 0; j < n; j++) sum += (double)dy[i * n + j] * w[j * k + c];
            dx[i * k + c] = (float)sum;
        }
}

void plain_small_m_products_back_bf16(const uint16_t *dy, const uint16_t *w, float *dx, size_t m, size_t n, size_t k) {
    for (size_t i = 0; i < m; i++)
        for (size_t c = 0; c < k; c++) {
            double sum = 0;
            for (size_t j = 0; j < n; j++) sum += (double)from_bf16(dy[i * n + j]) * from_bf16(w[j * k + c]);
            dx[i * k + c] = (float)sum;
        }
}

void plain_quantize(const float *x, uint8_t *y, float *scales, int32_t *zeros, size_t rows, size_t width) {
    for (size_t i = 0; i < rows; i++) {
        float low = 0, high = 0;
        for (size_t j = 0; j < width; j++) {
            low = fminf(low, x[i * width + j]);
            high = fmaxf(high, x[i * width + j]);
        }
        float inverse = high > low ? 255 / (high - low) : 0;
        scales[i] = (high - low) / 255;
        zeros[i] = (int32_t)nearbyintf(-low * inverse);
        for (size_t j = 0; j < width; j++) {
            int32_t q = (int32_t)nearbyintf(x[i * width + j] * inverse) + zeros[i];
            y[i * width + j] = (uint8_t)(q > 255 ? 255 : q);
        }
    }
}

void plain_quantize_weights(const float *x, int8_t *y, float *scales, int32_t *sums, size_t rows, size_t width) {
    for (size_t i = 0; i < rows; i++) {
        float largest = 0;
        for (size_t j = 0; j < width; j++) largest = fmaxf(largest, fabsf(x[i * width + j]));
        scales[i] = largest / 127;
        sums[i] = 0;
        for (size_t j = 0; j < width; j++) {
            y[i * width + j] = (int8_t)(largest > 0 ? nearbyintf(x[i * width + j] * (127 / largest)) : 0);
            sums[i] += y[i * width + j];
        }
    }
}

// p = softmax(q kᵀ · scale + bias), [m, n]. The caller frees it.
static float *probabilities(const float *q, const float *k, size_t stride, const float *bias, size_t m, size_t n, size_t d, float scale) {
    float *p = malloc(m * n * sizeof(float));
    for (size_t i = 0; i < m; i++) {
        double largest = -INFINITY, total = 0;
        for (size_t j = 0; j < n; j++) {
            double dot = 0;
            for (size_t c = 0; c < d; c++) dot += (double)q[i * stride + c] * k[j * stride + c];
            p[i * n + j] = (float)(dot * scale + (bias ? bias[i * n + j] : 0));
            largest = fmax(largest, p[i * n + j]);
        }
        for (size_t j = 0; j < n; j++) total += exp(p[i * n + j] - largest);
        for (size_t j = 0; j < n; j++) p[i * n + j] = (float)(exp(p[i * n + j] - largest) / total);
    }
    return p;
}

void plain_attention(const float *q, const float *k, const float *v, size_t stride, const float *bias, float *out, size_t out_stride,
                     size_t m, size_t n, size_t d, float scale, const VectorDropout *dropout, float *scratch) {
    (void)scratch;
    float *p = probabilities(q, k, stride, bias, m, n, d, scale);
    if (dropout) plain_dropout(p, m * n, 0, dropout);
    for (size_t i = 0; i < m; i++)
        for (size_t c = 0; c < d; c++) {
            double total = 0;
            for (size_t j = 0; j < n; j++) total += (double)p[i * n + j] * v[j * stride + c];
            out[i * out_stride + c] = (float)total;
        }
    free(p);
}

void plain_attention_backward(const float *q, const float *k, const float *v, size_t stride, const float *bias, const float *dout,
                              size_t out_stride, float *dq, float *dk, float *dv, float *dbias, size_t m, size_t n, size_t d, float scale,
                              const VectorDropout *dropout, float *scratch) {
    (void)scratch;
    float *p = probabilities(q, k, stride, bias, m, n, d, scale);
    float *mixed = malloc(m * n * sizeof(float)), *ds = malloc(m * n * sizeof(float));
    memcpy(mixed, p, m * n * sizeof(float));
    if (dropout) plain_dropout(mixed, m * n, 0, dropout);
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            double dot = 0;
            for (size_t c = 0; c < d; c++) dot += (double)dout[i * out_stride + c] * v[j * stride + c];
            ds[i * n + j] = (float)dot;
        }
    if (dropout) plain_dropout(ds, m * n, 0, dropout);
    for (size_t i = 0; i < m; i++) {
        double mean = 0;
        for (size_t j = 0; j < n; j++) mean += (double)ds[i * n + j] * p[i * n + j];
        for (size_t j = 0; j < n; j++) ds[i * n + j] = (float)(p[i * n + j] * (ds[i * n + j] - mean));
    }
    if (dbias) memcpy(dbias, ds, m * n * sizeof(float));
    for (size_t c = 0; c < d; c++) {
        for (size_t i = 0; i < m; i++) {
            double sum = 0;
            for (size_t j = 0; j < n; j++) sum += (double)ds[i * n + j] * k[j * stride + c];
            dq[i * stride + c] = (float)(sum * scale);
        }
        for (size_t j = 0; j < n; j++) {
            double k_sum = 0, v_sum = 0;
            for (size_t i = 0; i < m; i++) {
                k_sum += (double)ds[i * n + j] * q[i * stride + c];
                v_sum += (double)mixed[i * n + j] * dout[i * out_stride + c];
            }
            dk[j * stride + c] = (float)(k_sum * scale);
            dv[j * stride + c] = (float)v_sum;
        }
    }
    free(p);
    free(mixed);
    free(ds);
}
