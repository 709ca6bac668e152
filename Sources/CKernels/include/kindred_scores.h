#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Scores in whole numbers of sixteen bits -----------------------------------------------------------------------------
//
// Floats become whole numbers from −32767 to 32767 times a scale, two of them in each 32 bits. Sums are exact where they fit
// 32 bits; whoever chooses the scales sees to that.

// Rows are scored this many at a time, in KINDRED_SCORED / KINDRED_PANEL panels.
enum { KINDRED_SCORED = 128 };

// The number of pairs that `depth` floats become. Which two make a pair is the same for all rows of that depth.
static inline size_t kindred_pair_count(size_t depth) { return (depth + 1) / 2; }

// Rounds `count` rows of `depth` floats, row indices[i] as the i-th (row i where `indices` is null), and packs them side by
// side in blocks of `width`: [count / width][pairs][width], absent rows zeros. No float may exceed 32767 · `scale`. Returns the
// scale that is used, which differs from `scale` by rounding; 0, with nothing packed, where it cannot be divided by.
float kindred_pack_pairs(
    const float *rows, const int32_t *indices, size_t count, size_t depth, float scale, size_t width,
    int32_t *packed);

// gathered[i] = values[indices[i]], none of them negative. Returns the largest, 0 when there are none.
float kindred_gather_largest(const float *values, const int32_t *indices, size_t count, float *gathered);

// Of a score these bits say where it was found, from KINDRED_PLACE downwards.
enum { KINDRED_PLACE = 15 };

// For each row the greatest score so far, the second greatest, and where the greatest was: at vector `base` + KINDRED_PLACE −
// its last bits.
typedef struct {
    int32_t best[KINDRED_SCORED], second[KINDRED_SCORED], base[KINDRED_SCORED];
} kindred_greatest2;

// Rows that will be packed next. They are fetched meanwhile.
typedef struct {
    const float *rows;
    const int32_t *indices;
    size_t count, depth;
} kindred_expected_rows;

// Scores each row of `panel_count` panels with `count` vectors, packed in blocks of `height` (up to 14): row · vector −
// offset, where offsets[j] times `factor` is rounded. The last bits of scores, KINDRED_PLACE, are overwritten; where there is
// one vector only, the second score is INT32_MIN.
void kindred_greatest_scores(
    const int32_t *panels, size_t panel_count, size_t pairs, const int32_t *blocks, size_t height, size_t count,
    const double *offsets, double factor, const kindred_expected_rows *expected, kindred_greatest2 *state);

// What scores tell: the nearest vector, nearest[i], and bounds of distances, upper[i] ≥ √(squares[i] − twice_unit · best +
// slack), lower[i] ≤ √(squares[i] − twice_unit · second − slack), ∞ where there is no second. Sets bit i of `doubtful`
// where best − second ≤ tolerance.
void kindred_score_bounds(
    const kindred_greatest2 *state, size_t count, const float *squares, float twice_unit, float slack,
    uint32_t tolerance, int32_t *nearest, float *upper, float *lower, uint64_t *doubtful);

// Notes what was found of rows indices[0 ..< count], ascending: the bounds of all, unless `uppers` and `lowers` are null,
// and the labels of those whose bit in `doubtful` is not set. Writes which of these had another label, changed[i], and
// which, previous[i], with room for `count`; returns how many.
size_t kindred_settle_rows(
    const int32_t *indices, size_t count, const int32_t *nearest, const float *upper, const float *lower,
    const uint64_t *doubtful, int32_t *labels, float *uppers, float *lowers, int32_t *changed, int32_t *previous);

// Takes rows changed[i] out of the sums of previous[i], where that is not negative, and adds them to those of their labels:
// [labels][depth] and how many rows they are of.
void kindred_move_rows(
    const float *rows, size_t depth, const int32_t *changed, const int32_t *previous, size_t count,
    const int32_t *labels, double *sums, double *totals);

// Moves bounds as their vectors moved, outwards: upper[i] by movements[labels[i]], lower[i] by `most`, or by `next` where the
// label is `farthest`. Writes `first` + i of those for which upper < lower does not hold (any more), and returns their
// number.
size_t kindred_loosen_bounds(
    const int32_t *labels, size_t count, const float *movements, int32_t farthest, float most, float next, float *upper,
    float *lower, int32_t first, int32_t *crossed);

// Products of rows with rows, both rounded with scales of their own ----------------------------------------------------

// Rows of a block of the left-hand side; the right-hand side stands in panels of KINDRED_PANEL.
enum { KINDRED_PAIR_ROWS = 14 };

// Rounds and packs rows as kindred_pack_pairs does, each by the scale that suits it: so that no number exceeds 32767 and no
// sum of products of two rows 2³¹. Tells the scale (0 for rows of zeros and for those that no float can divide, which become
// zeros), the row's length, and the length of what rounding took away, both rounded up. `depth` is at most 2¹⁷.
void kindred_round_pairs(
    const float *rows, const int32_t *indices, size_t count, size_t depth, size_t width, int32_t *packed,
    float *scales, float *lengths, float *residuals);

// c[i][j] = product of row i and column j, exact in whole numbers, times both scales. Columns are filled up to whole panels,
// in `column_scales` and in c as well.
void kindred_product_pairs(
    const int32_t *blocks, size_t rows, const float *row_scales, const int32_t *panels, size_t columns,
    const float *column_scales, size_t pairs, float *c, size_t c_stride);

#ifdef __cplusplus
}
#endif
