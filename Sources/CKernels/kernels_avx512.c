// AVX-512: 14 × 32 micro-tiles, 28 accumulators.
#if defined(__x86_64__)
#include "levels.h"

#include <immintrin.h>

#pragma clang attribute push( \
    __attribute__((target("avx2,fma,f16c,popcnt,avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)

typedef float VECTOR __attribute__((ext_vector_type(16), aligned(4)));
#define LANES 16
#define ROWS 14
#define WIDTH 2
#define FMA __builtin_elementwise_fma
#define TABLE kindred_kernels_avx512

#include "loops.h"

// Without instructions for it: even and odd bytes are widened to 16 bits and multiplied in pairs.
typedef short signed32 __attribute__((ext_vector_type(32)));
typedef unsigned short unsigned32 __attribute__((ext_vector_type(32)));
#define DOT4(sum, element, column) \
    (sum + __builtin_ia32_pmaddwd512((signed32)((unsigned32)(element) & 255), ((signed32)(column) << 8) >> 8) \
        + __builtin_ia32_pmaddwd512((signed32)((unsigned32)(element) >> 8), (signed32)(column) >> 8))
#define FUNCTION product_i8
#define INT_LANES 16
#define INT_ROWS 8
#include "quantized_product.h"

#define DOT2(sum, a, b) (sum + __builtin_ia32_pmaddwd512((signed32)(a), (signed32)(b)))
#define FUNCTION greatest_scores
#define PRODUCT product_pairs
#define INT_LANES 16
#define INT_ROWS 14
#include "scores_product.h"
#pragma clang attribute pop
#include "table.h"

// The same level on processors that multiply and add four bytes, or two numbers of sixteen bits, at a time.
#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"))), apply_to = function)
#define DOT4(sum, element, column) _mm512_dpbusd_epi32((__m512i)sum, (__m512i)element, (__m512i)column)
#define FUNCTION product_i8_vnni
#define INT_LANES 16
#define INT_ROWS 14
#include "quantized_product.h"

#define DOT2(sum, a, b) _mm512_dpwssd_epi32((__m512i)sum, (__m512i)a, (__m512i)b)
#define FUNCTION greatest_scores_vnni
#define PRODUCT product_pairs_vnni
#define INT_LANES 16
#define INT_ROWS 14
#include "scores_product.h"
#pragma clang attribute pop
#define TABLE kindred_kernels_avx512_vnni
#define OVERRIDES \
    .product_i8 = product_i8_vnni, .product_i8_scaled = product_i8_vnni_scaled, .greatest_scores = greatest_scores_vnni, \
    .product_pairs = product_pairs_vnni
#include "table.h"
#endif
