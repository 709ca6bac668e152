// Kindred's hot loops. Each function exists for every SIMD level and gives the same bits at each of them.
//
// Conventions: matrices are row-major; `stride` counts floats from one row to the next; counts are in elements.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// SIMD levels -----------------------------------------------------------------------------------------------------

enum {
    KINDRED_SIMD_SCALAR = 0,   // no more than the platform's baseline
    KINDRED_SIMD_AVX2 = 1,     // AVX2 and FMA
    KINDRED_SIMD_AVX512 = 2    // AVX-512 F, BW, DQ, VL and FMA
};

// The highest level that this processor offers.
int kindred_simd_available(void);
// The level in use: the highest available, or a lower one named by KINDRED_SIMD (scalar, avx2, avx512).
int kindred_simd_level(void);
// Chooses a level for tests; levels that the processor lacks are lowered. Returns the level now in use.
int kindred_simd_choose(int level);

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

// products[v] = Σ_k row[k] · vectors[v · depth + k] for eight vectors that lie one after another: for the few columns that
// would leave most of a panel empty. Sixteen interleaved chains of fused multiply-adds, folded in a fixed order.
enum { KINDRED_FEW = 8 };
void kindred_row_products(const float *row, const float *vectors, size_t depth, float *products);
// The same for a row of small whole numbers.
void kindred_row_products_i8(const int8_t *row, const float *vectors, size_t depth, float *products);

// Epilogues: one row of a tile of products -----------------------------------------------------------------------

// The smallest score so far, its column, and the second smallest score.
typedef struct {
    float best;
    float second;
    int32_t index;
} kindred_argmin2;

// Goes on with the scores offset[j] − dots[j] of columns first ..< first + count. Ties keep the lower column.
void kindred_row_argmin2(
    const float *dots, const float *offset, size_t count, int32_t first, kindred_argmin2 *state);

// Turns products into squared distances, in place: max(0, row_norm + column_norms[j] − 2 · dots[j]). Sets bit j of
// `small` (64 to a word) where the result is below relative · (row_norm + column_norms[j]) and so has lost digits.
// Returns the number of such bits.
size_t kindred_row_squared_distances(
    float *dots, float row_norm, const float *column_norms, size_t count, float relative, uint64_t *small);

// values[j] = √values[j].
void kindred_row_square_root(float *values, size_t count);

// Sets bit j of `below` where values[j] <= limit. Returns the number of such bits.
size_t kindred_row_at_most(const float *values, size_t count, float limit, uint64_t *below);

// Sets bit j of `different` where labels[j] != label and labels[j] >= 0. Returns the number of such bits.
size_t kindred_row_other_labels(const int32_t *labels, size_t count, int32_t label, uint64_t *different);

// Vectors ---------------------------------------------------------------------------------------------------------

// Sums in double precision over 16 interleaved partial sums, combined in a fixed order.
double kindred_sum(const float *values, size_t count);
double kindred_squared_norm(const float *values, size_t count);
double kindred_dot(const float *a, const float *b, size_t count);
double kindred_squared_distance(const float *a, const float *b, size_t count);

// sum[j] += weight · values[j]
void kindred_accumulate(double *sum, const float *values, double weight, size_t count);
// target[j] = (float)(values[j] − shift[j])
void kindred_subtract(float *target, const float *values, const double *shift, size_t count);

#ifdef __cplusplus
}
#endif
