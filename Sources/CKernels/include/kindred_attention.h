#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Attention: a tile of up to 32 queries of one head against a block of its keys ----------------------------------
//
// The scores of a tile stand [key][query], 32 queries (KINDRED_PANEL) to a row: they are kindred_product of the keys, as they
// lie, with the packed queries. So maximum and sum over keys run down the columns, without any sum across lanes, and the
// weights broadcast from memory that lies together.

// packed[k][q] = scale · queries[q][k], zero for the queries from `count` to 31.
void kindred_attention_pack(
    const float *queries, size_t count, size_t stride, size_t depth, float scale, float *packed);

// Turns scores, which are logarithms to base 2, into weights 2^(score + added[key] / ln 2 − largest), and goes on with
// state[3][32]: each query's largest score (−∞ at first), the sum of its weights relative to that (0 at first), and the factor
// by which this block makes what was computed from earlier ones smaller. `added` may be NULL. A query q sees only keys < first_hidden + q: pass `keys` or more where all are seen.
void kindred_attention_weights(
    float *scores, size_t keys, size_t count, const float *added, size_t first_hidden, float *state);

// output[q][j] = (output[q][j] · before[q] + Σ_key weights[key][q] · values[key][j]) · after[q], each sum one chain of fused
// multiply-adds over keys in order. Without `before` (NULL) output starts from zero; without `after` it is not scaled. Rows of
// `values` are read, not used, up to the next multiple of 16 columns.
void kindred_attention_values(
    const float *weights, size_t keys, size_t count, const float *values, size_t stride, size_t columns,
    const float *before, const float *after, float *output, size_t output_stride);

#ifdef __cplusplus
}
#endif
