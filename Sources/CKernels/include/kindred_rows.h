#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

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

// Goes on collecting the `kept` smallest costs of merging, max(0, row_norm + column_norms[j] − 2 · dots[j]) / (row_term +
// column_terms[j]), of columns first, first + 1, …: best[kept] ascending, ties by index, with their indices. Start with ∞ and
// INT32_MAX. NaN is passed over; so may be a cost
// that is less than the last one kept by its last bit.
void kindred_row_nearest_merges(
    const float *dots, float row_norm, float row_term, const float *column_norms, const float *column_terms,
    size_t count, int32_t first, size_t kept, float *best, int32_t *indices);

// values[j] = √values[j].
void kindred_row_square_root(float *values, size_t count);

// Sets bit j of `below` where values[j] <= limit. Returns the number of such bits.
size_t kindred_row_at_most(const float *values, size_t count, float limit, uint64_t *below);

// Sets bit j of `within` where row_norm + column_norms[j] − 2 · dots[j] <= high, and also that of `unsure` where that is not
// <= low. Returns the number of bits of `within`.
size_t kindred_row_within(
    const float *dots, float row_norm, const float *column_norms, size_t count, float low, float high,
    uint64_t *within, uint64_t *unsure);

// Sets bit j of `different` where labels[j] != label and labels[j] >= 0. Returns the number of such bits.
size_t kindred_row_other_labels(const int32_t *labels, size_t count, int32_t label, uint64_t *different);

// The index of the smallest of `count` values, the lowest on ties, which goes to `smallest`; NaN is passed over. −1 and ∞
// when there is none.
int32_t kindred_row_argmin(const float *values, size_t count, float *smallest);

// Goes on collecting the `kept` smallest of sign · values[j] (sign 1 or −1: the latter collects the largest), which belong to
// first, first + 1, …: best[kept] ascending, ties by index, with their indices. Start with ∞ and INT32_MAX. NaN is passed
// over. Most values are rejected sixteen at a time.
void kindred_row_smallest(
    const float *values, float sign, size_t count, int32_t first, size_t kept, float *best, int32_t *indices);

// The same for the squared distances row_norm + column_norms[j] − 2 · dots[j], without keeping them.
void kindred_row_nearest(
    const float *dots, float row_norm, const float *column_norms, size_t count, int32_t first, size_t kept, float *best,
    int32_t *indices);

// Sets bit j of `below` where row_norm + column_norms[j] − 2 · dots[j], core and cores[j] are all below the larger of limit
// and limits[j]. Returns the number of such bits.
size_t kindred_row_below_limits(
    const float *dots, float row_norm, const float *column_norms, const float *cores, float core, float limit,
    const float *limits, size_t count, uint64_t *below);

// Vectors ---------------------------------------------------------------------------------------------------------

// Sums in double precision over 16 interleaved partial sums, combined in a fixed order.
double kindred_sum(const float *values, size_t count);
double kindred_squared_norm(const float *values, size_t count);
double kindred_dot(const float *a, const float *b, size_t count);
double kindred_squared_distance(const float *a, const float *b, size_t count);
/// Squared distances of the rows at `indices`, `depth` floats each, to a vector, by differences in double precision.
void kindred_squared_distances_at(
    const float *rows, const int32_t *indices, size_t count, const float *vector, size_t depth, double *distances);

// distances[i] = the squared distance of `point` and row i; rows of `depth` numbers lie one after another.
void kindred_squared_distances_f64(
    const double *point, const double *rows, size_t depth, size_t count, double *distances);

// Σ |a − b|, and the largest |a − b|.
double kindred_manhattan_distance(const float *a, const float *b, size_t count);
double kindred_chebyshev_distance(const float *a, const float *b, size_t count);

// distances[i] = squared distance, as kindred_squared_distance has it, of `point` and of point i of `count`, whose coordinate k
// is columns[k · count + i]. `count` is a multiple of 16, `depth` 1 … 8.
void kindred_squared_distances_few(
    const float *columns, const float *point, size_t count, size_t depth, double *distances);

// distances[i] = number of bits in which `code` and code i differ; codes of `words` words lie one after another.
void kindred_hamming_distances(
    const uint64_t *code, const uint64_t *codes, size_t words, size_t count, uint32_t *distances);

// target[j] = factor · values[j] + target[j], rounded once.
void kindred_add_scaled(float *target, const float *values, float factor, size_t count);
// sum[j] += weight · values[j]
void kindred_accumulate(double *sum, const float *values, double weight, size_t count);

// sum[k] += sign · weight · row[k] for row = rows + indices[i] · depth, one i after another; weights[indices[i]], or 1 where
// there are none.
void kindred_accumulate_at(
    double *sum, const float *rows, const int32_t *indices, size_t count, const double *weights, double sign,
    size_t depth);
// target[j] = (float)(values[j] − shift[j])
void kindred_subtract(float *target, const float *values, const double *shift, size_t count);

// c[i][j] = scale · the distance of row i, `depth` floats after the one before it, and packed column j (`packed` points at a
// panel). Sums are chains of additions over k in order, whatever the level and the shape.
enum { KINDRED_TILE_MANHATTAN, KINDRED_TILE_CHEBYSHEV, KINDRED_TILE_DIFFERENT };
void kindred_tile_distances(
    int kind, const float *a, size_t rows, const float *packed, size_t columns, size_t depth, float scale, float *c,
    size_t c_stride);

// The number of places where two vectors differ.
size_t kindred_differing(const float *a, const float *b, size_t count);

#ifdef __cplusplus
}
#endif
