#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Arrays ----------------------------------------------------------------------------------------------------------

// What `combine` and `fold` do with two numbers. The smaller and the larger of a number and NaN are NaN.
enum {
    KINDRED_ADD = 0,
    KINDRED_SUBTRACT = 1,
    KINDRED_MULTIPLY = 2,
    KINDRED_DIVIDE = 3,
    KINDRED_MINIMUM = 4,
    KINDRED_MAXIMUM = 5
};

// result[j] = a[j · a_step] ∘ b[j · b_step]; each step is 1, or 0 for one number that meets all. `result` may be `a` or `b`.
void kindred_combine(
    int operation, const float *a, size_t a_step, const float *b, size_t b_step, float *result, size_t count);

// The smallest (KINDRED_MINIMUM) or largest (KINDRED_MAXIMUM) of count > 0 values; NaN when one of them is.
float kindred_fold(int operation, const float *values, size_t count);

// target[j · target_stride + i] = source[i · source_stride + j] for `rows` i and `columns` j.
void kindred_transpose(
    const float *source, size_t rows, size_t columns, size_t source_stride, float *target, size_t target_stride);

#ifdef __cplusplus
}
#endif
