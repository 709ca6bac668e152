// AVX2 and FMA: 6 × 16 micro-tiles, 12 accumulators.
#if defined(__x86_64__)
#include "levels.h"

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,popcnt"))), apply_to = function)

typedef float VECTOR __attribute__((ext_vector_type(8), aligned(4)));
#define LANES 8
#define ROWS 6
#define WIDTH 2
#define FMA __builtin_elementwise_fma
#define TABLE kindred_kernels_avx2

#include "loops.h"
#pragma clang attribute pop
#include "table.h"
#endif
