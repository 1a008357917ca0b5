// The judges: each kernel as a textbook writes it, one element at a time with the C library's functions, sums in double.
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

static size_t packed_place(size_t i, size_t j, size_t m) {
    return ((j / 64) * (m / 32) + i / 32) * 2048 + (i % 32 / 2) * 128 + (j % 64) * 2 + i % 2;
}

void plain_pack_bf16(const float *w, uint16_t *straight, uint16_t *turned, size_t rows, size_t width) {
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < width; j++) {
            if (straight) plain_to_bf16(w + i * width + j, straight + packed_place(i, j, rows), 1);
            if (turned) plain_to_bf16(w + i * width + j, turned + packed_place(j, i, width), 1);
        }
}

static float from_bf16(uint16_t x) {
    uint32_t bits = (uint32_t)x << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

void plain_few_products(const float *x, const float *w, const float *bias, float *y, size_t m, size_t n, size_t k) {
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = bias ? bias[j] : 0;
            for (size_t c = 0; c < k; c++) sum += (double)x[i * k + c] * w[j * k + c];
            y[i * n + j] = (float)sum;
        }
}

void plain_few_products_bf16(const uint16_t *x, const uint16_t *w, const float *bias, float *y, size_t m, size_t n, size_t k) {
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = bias ? bias[j] : 0;
            for (size_t c = 0; c < k; c++) sum += (double)from_bf16(x[i * k + c]) * from_bf16(w[j * k + c]);
            y[i * n + j] = (float)sum;
        }
}

void plain_few_products_back(const float *dy, const float *w, float *dx, size_t m, size_t n, size_t k) {
    for (size_t i = 0; i < m; i++)
        for (size_t c = 0; c < k; c++) {
            double sum = 0;
            for (size_t j = 0; j < n; j++) sum += (double)dy[i * n + j] * w[j * k + c];
            dx[i * k + c] = (float)sum;
        }
}

void plain_few_products_back_bf16(const uint16_t *dy, const uint16_t *w, float *dx, size_t m, size_t n, size_t k) {
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

void plain_dequantize(int32_t *y, const float *row_scales, const int32_t *zeros, const float *column_scales, const int32_t *sums,
                      const float *bias, size_t rows, size_t width) {
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < width; j++) {
            double exact = (double)(y[i * width + j] - zeros[i] * sums[j]) * row_scales[i] * column_scales[j] + (bias ? bias[j] : 0);
            float rounded = (float)exact;
            memcpy(&y[i * width + j], &rounded, sizeof rounded);
        }
}

// p = softmax(q kᵀ · scale + bias), [m, n], which the caller frees.
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
