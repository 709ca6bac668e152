#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Products --------------------------------------------------------------------------------------------------------

// Columns are packed in panels of this many.
enum { KINDRED_PANEL = 32 };

// The number of floats that `count` packed vectors of `depth` take.
size_t kindred_packed_size(size_t count, size_t depth);

// Packs `count` vectors of `depth` floats into panels [count / 32][depth][32], padded with zeros. Element k of vector j
// stands at source[j * vector_stride + k * depth_stride]. Packs panels first_panel ..< last_panel only.
void kindred_pack(
    const float *source, size_t count, size_t depth, size_t vector_stride, size_t depth_stride, size_t first_panel,
    size_t last_panel, float *packed);

// c[i][j] = Σ_k a[i][k] · b[j][k] for `rows` rows and `columns` packed columns (`packed` points at a panel).
// Each sum is one chain of fused multiply-adds over k in order, whatever the level and the shape.
void kindred_product(
    const float *a, size_t rows, size_t a_stride, const float *packed, size_t columns, size_t depth, float *c,
    size_t c_stride);

// products[i · stride + v] = Σ_k row[k] · vectors[v · depth + k] with row = rows + indices[i] · depth, for eight vectors
// that lie one after another: for the few columns that would leave most of a panel empty, and rows here and there. Sixteen
// interleaved chains of fused multiply-adds, folded in a fixed order.
enum { KINDRED_FEW = 8 };
void kindred_row_products(
    const float *rows, const int32_t *indices, size_t count, const float *vectors, size_t depth, float *products,
    size_t stride);

#ifdef __cplusplus
}
#endif
