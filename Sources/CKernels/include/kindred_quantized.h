#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Products of bytes -------------------------------------------------------------------------------------------------
//
// The left side is made of bytes from 0 to 255 about a zero of each row's own, the right side of whole numbers from −127 to
// 127. Sums are exact as long as depth · 255 · 127 fits 31 bits: depth up to KINDRED_QUANTIZED_DEPTH.

enum { KINDRED_QUANTIZED_DEPTH = 65536 };

// What one row of floats became: value ≈ scale · (byte − zero).
typedef struct {
    float scale;
    int32_t zero;
    int32_t sum;  // of byte − zero
} kindred_quantized_row;

// Rounds `count` floats (times multiplier[k], where there is one) to bytes, ties to even, and fills up to `padded` with zeros
// (the row's own). The least and the greatest value, or 0 where that is beyond, become 0 and 255; where `symmetric`, the
// largest magnitude becomes 1 or 255, and 0 becomes 128. `residual`, where not null, receives the squared length of what
// rounding took away.
void kindred_quantize_row(
    const float *values, const float *multiplier, size_t count, size_t padded, int symmetric, uint8_t *bytes,
    kindred_quantized_row *row, double *residual);

// Packs up to KINDRED_PANEL symmetric rows of `depth` bytes (a multiple of 4), `stride` apart, into one panel
// [depth / 4][KINDRED_PANEL][4] of whole numbers; absent rows are zeros.
void kindred_pack_i8(const uint8_t *rows, size_t count, size_t stride, size_t depth, int8_t *panel);

// c[i][j] = Σ_k (a[i][k] − zero of row i) · b[j][k], exactly. `depth` and `a_stride` are multiples of 4; `sums` are those of
// the packed columns; `packed` points at a panel, panels follow one another.
void kindred_product_i8(
    const uint8_t *a, size_t rows, size_t a_stride, const kindred_quantized_row *about, const int8_t *packed,
    const int32_t *sums, size_t columns, size_t depth, int32_t *c, size_t c_stride);

// The same as floats: the exact sum times (scale of row i · scales[j]), plus bias[j] (none where it is null), rounded once.
// Where `streamed`, results go past the caches, which pays if they are larger than those and not read soon.
void kindred_product_i8_scaled(
    const uint8_t *a, size_t rows, size_t a_stride, const kindred_quantized_row *about, const int8_t *packed,
    const int32_t *sums, size_t columns, size_t depth, const float *scales, const float *bias, float *c,
    size_t c_stride, int streamed);

// What bounds the squared distance of packed row j to a vector v from below, with whole-number products p[j]:
//   base[j] + v.base − v.scale · scales[j] · p[j] − v.residual · lengths[j] − v.length · residuals[j]
typedef struct {
    float base, scale, residual, length;
} kindred_screen_vector;

// Sets bit j of `open` where the bound for any of `vectors` vectors is below limits[j]. Products stand in rows `stride`
// apart. Returns the number of such bits.
size_t kindred_row_screen(
    const int32_t *products, size_t stride, const kindred_screen_vector *v, size_t vectors, const float *base,
    const float *scales, const float *lengths, const float *residuals, const float *limits, size_t count,
    uint64_t *open);

#ifdef __cplusplus
}
#endif
