// The table of functions that a SIMD level fills; private to this target.
#pragma once

#include "include/CKernels.h"

typedef struct {
    void (*product)(
        const float *a, size_t rows, size_t a_stride, const float *packed, size_t columns, size_t depth, float *c,
        size_t c_stride);
    void (*row_products)(const float *, const float *, size_t, float *);
    void (*row_products_i8)(const int8_t *, const float *, size_t, float *);
    void (*row_argmin2)(const float *, const float *, size_t, int32_t, kindred_argmin2 *);
    size_t (*row_squared_distances)(float *, float, const float *, size_t, float, uint64_t *);
    void (*row_square_root)(float *, size_t);
    size_t (*row_at_most)(const float *, size_t, float, uint64_t *);
    size_t (*row_other_labels)(const int32_t *, size_t, int32_t, uint64_t *);
    double (*sum)(const float *, size_t);
    double (*squared_norm)(const float *, size_t);
    double (*dot)(const float *, const float *, size_t);
    double (*squared_distance)(const float *, const float *, size_t);
    void (*accumulate)(double *, const float *, double, size_t);
    void (*subtract)(float *, const float *, const double *, size_t);
} kindred_kernels;

extern const kindred_kernels kindred_kernels_scalar;
#if defined(__x86_64__)
extern const kindred_kernels kindred_kernels_avx2;
extern const kindred_kernels kindred_kernels_avx512;
#endif
