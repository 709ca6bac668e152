// The platform's baseline, with `fmaf` so that products have the same bits as with fused multiply-add instructions.
#include "levels.h"

#include <math.h>

typedef float VECTOR;
#define LANES 1
#define ROWS 4
#define WIDTH 4
#define FMA fmaf
#define TABLE kindred_kernels_scalar

#include "loops.h"

static inline int32_t dot4(int32_t sum, int32_t four_unsigned, int32_t four_signed) {
    uint8_t u[4];
    int8_t s[4];
    __builtin_memcpy(u, &four_unsigned, 4);
    __builtin_memcpy(s, &four_signed, 4);
    return sum + u[0] * s[0] + u[1] * s[1] + u[2] * s[2] + u[3] * s[3];
}
#define FUNCTION product_i8
#define INT_LANES 1
#define INT_ROWS 4
#define DOT4 dot4
#include "quantized_product.h"

#define DOT2(sum, a, b) (sum + ((a) << 16 >> 16) * ((b) << 16 >> 16) + ((a) >> 16) * ((b) >> 16))
#define FUNCTION greatest_scores
#define PRODUCT product_pairs
#define INT_LANES 4
#define INT_ROWS 4
#include "scores_product.h"

#include "table.h"
