// A thin face over oneDNN's matrix product, for its 2.x and 3.x interfaces. No opinions on what is multiplied when; those are in Layers.
#ifndef CONEDNN_H
#define CONEDNN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The elements of a and b; c is f32, or s32 for bytes.
typedef enum { onednn_f32, onednn_bf16, onednn_u8s8 } OneDNNKind;

// A right factor laid out anew, in the order in which the kernel for its kind reads it.
typedef struct OneDNNPacked OneDNNPacked;

// A matrix in memory: element (i, j) lies at base[i * row + j * column]; one of the strides is 1. Or a packed one, and then the rest is 0.
typedef struct {
    const void *base;
    size_t row;
    size_t column;
    const OneDNNPacked *packed;
} OneDNNMatrix;

// Packs b [k, n]. Null where there is nothing to gain from it, and where oneDNN fails. To be discarded when it is no longer used.
OneDNNPacked *onednn_pack(OneDNNKind kind, OneDNNMatrix b, size_t n, size_t k);
// Memory for a bfloat16 b [k, n] in the tiles that CVector's `pack_bf16` fills. Null where the kernels like another layout.
OneDNNPacked *onednn_tiles(size_t n, size_t k);
void *onednn_bytes(OneDNNPacked *packed);
void onednn_discard(OneDNNPacked *packed);

// c = a b, or c += a b where `adds`, plus the bias on each row where it is not null: a [m, k], b [k, n], bias [n], c [m, n] with a row every
// `c_row` elements. Uses the calling thread alone; may be called from many. Returns 0, or not where oneDNN fails.
int onednn_product(OneDNNKind kind, OneDNNMatrix a, OneDNNMatrix b, const float *bias, void *c, size_t c_row, size_t m, size_t n, size_t k,
                   int adds);

// Whether this processor multiplies bf16, or bytes, with instructions of its own.
int onednn_has_bf16(void);
int onednn_has_int8(void);

#ifdef __cplusplus
}
#endif
#endif
