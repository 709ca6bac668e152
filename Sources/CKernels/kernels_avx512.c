// AVX-512: 14 × 32 micro-tiles, 28 accumulators.
#if defined(__x86_64__)
#include "levels.h"

#pragma clang attribute push( \
    __attribute__((target("avx2,fma,f16c,popcnt,avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)

typedef float VECTOR __attribute__((ext_vector_type(16), aligned(4)));
#define LANES 16
#define ROWS 14
#define WIDTH 2
#define FMA __builtin_elementwise_fma
#define TABLE kindred_kernels_avx512

#include "loops.h"
#pragma clang attribute pop
#include "table.h"
#endif
