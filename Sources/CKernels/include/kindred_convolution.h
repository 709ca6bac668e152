#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Convolution, channels last ----------------------------------------------------------------------------------------
// `bias` may be null; `relu` is 0 or 1 and turns negative results into zeros (NaN stays).

// c[i][j] = Σ_s Σ_k a[i · a_stride + s · segment_stride + k] · b[j][s · segment_depth + k] + bias[j]: a product whose rows
// lie in several segments, as the lines of a kernel's window do in a picture. Packed as for kindred_product. Each sum is
// one chain of fused multiply-adds in that order, whatever the level and the shape; the bias is added at the end.
void kindred_convolution_product(
    const float *a, size_t rows, size_t a_stride, size_t segments, size_t segment_stride, size_t segment_depth,
    const float *packed, size_t columns, const float *bias, int relu, float *c, size_t c_stride);

// One line of a depthwise convolution: target[p][c] = Σ_y Σ_x source[p · pixel_stride + y · tap_row_stride
// + x · tap_column_stride + c] · weights[y][x][c] + bias[c], one chain in that order. Strides are in floats.
void kindred_convolution_depthwise(
    const float *source, size_t pixel_stride, size_t tap_rows, size_t tap_row_stride, size_t tap_columns,
    size_t tap_column_stride, const float *weights, const float *bias, int relu, size_t channels, size_t pixels,
    float *target);

// Pooling ------------------------------------------------------------------------------------------------------------

// The largest value of each channel in a window of `rows` × `columns` pixels, both at least 1. NaN wins.
void kindred_pool_maximum(
    const float *source, size_t rows, size_t row_stride, size_t columns, size_t channels, float *target);

// The sum of each channel in a window, in double precision line by line, over `divisor`. An empty window gives zeros.
void kindred_pool_mean(
    const float *source, size_t rows, size_t row_stride, size_t columns, size_t channels, double divisor,
    float *target);

// Winograd's minimal filtering of 3 × 3 kernels ------------------------------------------------------------------------
// `tile` is 4 for F(4×4, 3×3) with the points 0, ±5/8, ±3/2, ∞, or 2 for F(2×2, 3×3) with 0, ±1, ∞.

// The rows first_row ..< last_row and columns first_column ..< last_column.
typedef struct {
    size_t first_row, last_row, first_column, last_column;
} kindred_window;

// Transforms the kernels of a panel of KINDRED_PANEL outputs, packed[input][tap][output], with `transform` [tile + 2][3] along
// both axes, in double precision: element (i, j) goes to target[(i · (tile + 2) + j) · element_stride + input
// · KINDRED_PANEL + output].
void kindred_winograd_filter(
    size_t tile, const double *transform, const float *packed, size_t inputs, float *target, size_t element_stride);

// Transforms a patch of (tile + 2)² pixels: element (i, j) of channel c goes to target[(i · (tile + 2) + j)
// · element_stride + c]. Pixels outside of `valid` count as zero and are not read. Up to 15 zeros follow the channels.
void kindred_winograd_input(
    size_t tile, const float *source, size_t row_stride, size_t pixel_stride, kindred_window valid, size_t channels,
    float *target, size_t element_stride);

// Transforms the products of a patch back into tile² pixels, adds the bias and writes the first `rows` × `columns`.
// The source's rows may be read up to 15 floats beyond the channels.
void kindred_winograd_output(
    size_t tile, const float *source, size_t element_stride, size_t channels, const float *bias, int relu,
    float *target, size_t row_stride, size_t pixel_stride, size_t rows, size_t columns);

#ifdef __cplusplus
}
#endif
