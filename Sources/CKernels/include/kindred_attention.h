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

// packed[k][q] = 0 where kept[q][k] is 1, −∞ where it is 0: marks for pairs of a query and a key as summands for scores.
void kindred_attention_pack_marks(const uint8_t *kept, size_t count, size_t stride, size_t keys, float *packed);

// What is done to the scores of a tile and a block of keys first. A query q sees only keys < first_hidden + q: at least the
// number of keys where all are seen.
typedef struct {
    const float *added;   // a summand for each key, or null
    const float *pairs;   // a summand for each [key][query], as a logarithm to base 2, or null
    size_t first_hidden;
} kindred_score_masks;

// Turns scores, which are logarithms to base 2, into weights 2^(score + summands − largest), and goes on with state[3][32]: each
// query's largest score (−∞ at first), the sum of its weights relative to that (0 at first), and the factor by which this
// block makes what was computed from earlier ones smaller.
void kindred_attention_weights(
    float *scores, size_t keys, size_t count, kindred_score_masks masks, float *state);

// The way back: turns scores into weights w = 2^(score + summands − state[0][q]) · state[1][q], and the gradients for them,
// `slopes` [key][query], into those for the scores' natural form before scaling: w · (slope − state[2][q]) · scale.
void kindred_attention_gradient(
    float *scores, float *slopes, size_t keys, size_t count, kindred_score_masks masks, const float *state,
    float scale);

// output[q][j] = (output[q][j] · before[q] + Σ_key weights[key][q] · values[key][j]) · after[q], each sum one chain of fused
// multiply-adds over keys in order. Without `before` (NULL) output starts from zero; without `after` it is not scaled. Rows of
// `values` are read, not used, up to the next multiple of 16 columns.
void kindred_attention_values(
    const float *weights, size_t keys, size_t count, const float *values, size_t stride, size_t columns,
    const float *before, const float *after, float *output, size_t output_stride);

#ifdef __cplusplus
}
#endif
