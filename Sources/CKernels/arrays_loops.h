// Elementwise operations and rearrangements of arrays, written once for every SIMD level.

INLINE float16 minimum16(float16 a, float16 b) { return a != a ? a : (a < b ? a : b); }
INLINE float16 maximum16(float16 a, float16 b) { return a != a ? a : (a > b ? a : b); }

INLINE float16 combine16(const int operation, float16 a, float16 b) {
    switch (operation) {
        case KINDRED_ADD: return a + b;
        case KINDRED_SUBTRACT: return a - b;
        case KINDRED_MULTIPLY: return a * b;
        case KINDRED_DIVIDE: return a / b;
        case KINDRED_MINIMUM: return minimum16(a, b);
        default: return maximum16(a, b);
    }
}

// The operation and the steps are known where this is inlined, so that each loop holds nothing but its operation.
INLINE void combine_loop(
    const int operation, const float *a, const int a_moves, const float *b, const int b_moves, float *result,
    size_t count) {
    if (count == 0) return;
    const float16 all_a = (float16)(*a), all_b = (float16)(*b);
    for (size_t j = 0; j < count; j += 16) {
        size_t rest = count - j;
        float16 x = a_moves ? load16(a + j, rest, 1) : all_a;
        float16 y = b_moves ? load16(b + j, rest, 1) : all_b;
        store16(result + j, combine16(operation, x, y), rest);
    }
}

#define COMBINE_CASE(operation) \
    case operation: \
        if (a_step && b_step) \
            combine_loop(operation, a, 1, b, 1, result, count); \
        else if (a_step) \
            combine_loop(operation, a, 1, b, 0, result, count); \
        else \
            combine_loop(operation, a, 0, b, b_step != 0, result, count); \
        return;

static void combine(
    int operation, const float *a, size_t a_step, const float *b, size_t b_step, float *result, size_t count) {
    switch (operation) {
        COMBINE_CASE(KINDRED_ADD)
        COMBINE_CASE(KINDRED_SUBTRACT)
        COMBINE_CASE(KINDRED_MULTIPLY)
        COMBINE_CASE(KINDRED_DIVIDE)
        COMBINE_CASE(KINDRED_MINIMUM)
        COMBINE_CASE(KINDRED_MAXIMUM)
    }
}

INLINE float fold_loop(const int operation, const float *values, size_t count) {
    float16 best = (float16)(values[0]);
    for (size_t j = 0; j < count; j += 16) best = combine16(operation, best, load16(values + j, count - j, values[0]));
    for (int width = 8; width > 0; width /= 2) {
        float16 other = best;
        for (int lane = 0; lane < width; lane++) other[lane] = best[lane + width];
        best = combine16(operation, best, other);
    }
    return best[0];
}

static float fold(int operation, const float *values, size_t count) {
    return operation == KINDRED_MINIMUM ? fold_loop(KINDRED_MINIMUM, values, count)
                                        : fold_loop(KINDRED_MAXIMUM, values, count);
}

// One stage of the transposition of 16 × 16 numbers: blocks of `size` off the diagonal change places.
#define EXCHANGE(size, upper, lower) \
    UNROLL \
    for (int i = 0; i < 16; i++) { \
        if (i & size) continue; \
        float16 above = row[i], below = row[i + size]; \
        row[i] = __builtin_shufflevector(above, below, upper); \
        row[i + size] = __builtin_shufflevector(above, below, lower); \
    }
#define INDICES(...) __VA_ARGS__

INLINE void transpose_block(const float *source, size_t source_stride, float *target, size_t target_stride) {
    float16 row[16];
    UNROLL
    for (int i = 0; i < 16; i++) row[i] = *(const float16 *)(source + i * source_stride);
    EXCHANGE(8, INDICES(0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23),
        INDICES(8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31))
    EXCHANGE(4, INDICES(0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27),
        INDICES(4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31))
    EXCHANGE(2, INDICES(0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29),
        INDICES(2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31))
    EXCHANGE(1, INDICES(0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30),
        INDICES(1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31))
    UNROLL
    for (int i = 0; i < 16; i++) *(float16 *)(target + i * target_stride) = row[i];
}

static void transpose(
    const float *source, size_t rows, size_t columns, size_t source_stride, float *target, size_t target_stride) {
    const size_t whole_rows = rows / 16 * 16, whole_columns = columns / 16 * 16;
    for (size_t j = 0; j < whole_columns; j += 16)
        for (size_t i = 0; i < whole_rows; i += 16)
            transpose_block(
                source + i * source_stride + j, source_stride, target + j * target_stride + i, target_stride);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = i < whole_rows ? whole_columns : 0; j < columns; j++)
            target[j * target_stride + i] = source[i * source_stride + j];
}
