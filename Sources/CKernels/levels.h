// The table of functions that a SIMD level fills; private to this target.
#pragma once

#include "include/CKernels.h"

typedef struct {
#define KERNEL(result, name, parameters, arguments) result(*name) parameters;
#include "kernels.def"
#undef KERNEL
} kindred_kernels;

extern const kindred_kernels kindred_kernels_scalar;
#if defined(__x86_64__)
extern const kindred_kernels kindred_kernels_avx2, kindred_kernels_avx2_vnni;
extern const kindred_kernels kindred_kernels_avx512, kindred_kernels_avx512_vnni;
#endif
