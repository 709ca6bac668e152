// AVX2 and FMA: 6 × 16 micro-tiles, 12 accumulators.
#if defined(__x86_64__)
#include "levels.h"

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,popcnt"))), apply_to = function)

typedef float VECTOR __attribute__((ext_vector_type(8), aligned(4)));
#define LANES 8
#define ROWS 6
#define WIDTH 2
#define FMA __builtin_elementwise_fma
#define TABLE kindred_kernels_avx2

#include "loops.h"

// Without instructions for it: even and odd bytes are widened to 16 bits and multiplied in pairs.
typedef short signed16 __attribute__((ext_vector_type(16)));
typedef unsigned short unsigned16 __attribute__((ext_vector_type(16)));
#define DOT4(sum, element, column) \
    (sum + __builtin_ia32_pmaddwd256((signed16)((unsigned16)(element) & 255), ((signed16)(column) << 8) >> 8) \
        + __builtin_ia32_pmaddwd256((signed16)((unsigned16)(element) >> 8), (signed16)(column) >> 8))
#define FUNCTION product_i8
#define INT_LANES 8
#define INT_ROWS 2
#include "quantized_product.h"

#define DOT2(sum, a, b) (sum + __builtin_ia32_pmaddwd256((signed16)(a), (signed16)(b)))
#define FUNCTION greatest_scores
#define PRODUCT product_pairs
#define INT_LANES 8
#define INT_ROWS 5
#include "scores_product.h"
#pragma clang attribute pop
#include "table.h"

// The same level on processors that multiply and add four bytes, or two numbers of sixteen bits, at a time.
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,popcnt,avxvnni"))), apply_to = function)
#define DOT4(sum, element, column) _mm256_dpbusd_avx_epi32((__m256i)sum, (__m256i)element, (__m256i)column)
#define FUNCTION product_i8_vnni
#define INT_LANES 8
#define INT_ROWS 3
#include "quantized_product.h"

#define DOT2(sum, a, b) _mm256_dpwssd_avx_epi32((__m256i)sum, (__m256i)a, (__m256i)b)
#define FUNCTION greatest_scores_vnni
#define PRODUCT product_pairs_vnni
#define INT_LANES 8
#define INT_ROWS 5
#include "scores_product.h"
#pragma clang attribute pop
#define TABLE kindred_kernels_avx2_vnni
#define OVERRIDES \
    .product_i8 = product_i8_vnni, .product_i8_scaled = product_i8_vnni_scaled, .greatest_scores = greatest_scores_vnni, \
    .product_pairs = product_pairs_vnni
#include "table.h"
#endif
