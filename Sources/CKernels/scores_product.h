// Scores and products in whole numbers of sixteen bits, once for each way of multiplying pairs of them. The file that
// includes it defines
//   FUNCTION      the name of the function for scores
//   PRODUCT       the name of the function for products
//   INT_LANES     32-bit lanes of a vector: 4, 8 or 16
//   DOT2(sum, a, b)   adds the two products of each pair of 16-bit numbers to its 32-bit lane
//   INT_ROWS      vectors of a micro-tile, which is 2 · INT_LANES rows wide
//
// Rows stand in the lanes, so that the greatest of each is found without shuffles, while the scores are in registers.

#define NAME2(a, b) a##b
#define NAME(a, b) NAME2(a, b)
#define MICRO NAME(FUNCTION, _micro)
#define SUMS NAME(FUNCTION, _sums)
#define PRODUCT_MICRO NAME(PRODUCT, _micro)
#define INT_VECTOR NAME(FUNCTION, _vector)
#define FLOAT_VECTOR NAME(PRODUCT, _vector)
typedef int32_t INT_VECTOR __attribute__((ext_vector_type(INT_LANES), aligned(4)));
typedef float FLOAT_VECTOR __attribute__((ext_vector_type(INT_LANES), aligned(4)));

static inline __attribute__((always_inline)) void SUMS(
    const int vectors, const int32_t *panel, size_t pairs, const int32_t *block, size_t height,
    INT_VECTOR sum[INT_ROWS][2]) {
    for (size_t k = 0; k < pairs; k++) {
        INT_VECTOR row[2];
        __builtin_memcpy(row, panel + k * KINDRED_PANEL, sizeof(row));
        UNROLL
        for (int i = 0; i < vectors; i++) {
            INT_VECTOR element = (INT_VECTOR)(block[k * height + i]);
            UNROLL
            for (int v = 0; v < 2; v++) sum[i][v] = DOT2(sum[i][v], row[v], element);
        }
    }
}

static inline __attribute__((always_inline)) void MICRO(
    const int vectors, const int32_t *panel, size_t pairs, const int32_t *block, size_t height, const int32_t *starts,
    int32_t first, int32_t *best, int32_t *second, int32_t *base) {
    INT_VECTOR sum[INT_ROWS][2];
    UNROLL
    for (int i = 0; i < vectors; i++) sum[i][0] = sum[i][1] = (INT_VECTOR)(starts[i]);
    SUMS(vectors, panel, pairs, block, height, sum);
    UNROLL
    for (int v = 0; v < 2; v++) {
        INT_VECTOR before, next, place;
        __builtin_memcpy(&before, best + v * INT_LANES, sizeof(before));
        __builtin_memcpy(&next, second + v * INT_LANES, sizeof(next));
        __builtin_memcpy(&place, base + v * INT_LANES, sizeof(place));
        INT_VECTOR greatest = before;
        UNROLL
        for (int i = 0; i < vectors; i++) {
            // Its last bits say which it is: the lower, the greater.
            INT_VECTOR score = (sum[i][v] & ~KINDRED_PLACE) | (INT_VECTOR)(KINDRED_PLACE - i);
            INT_VECTOR lesser = __builtin_elementwise_min(score, greatest);
            greatest = __builtin_elementwise_max(score, greatest);
            next = __builtin_elementwise_max(lesser, next);
        }
        place = greatest > before ? (INT_VECTOR)(first) : place;
        __builtin_memcpy(best + v * INT_LANES, &greatest, sizeof(greatest));
        __builtin_memcpy(second + v * INT_LANES, &next, sizeof(next));
        __builtin_memcpy(base + v * INT_LANES, &place, sizeof(place));
    }
}

#define INT_CASE(n) \
    case n: \
        if (n <= INT_ROWS) \
            MICRO(n <= INT_ROWS ? n : 1, panel, pairs, block + i, height, starts + i, (int32_t)(first + i), \
                state->best + at, state->second + at, state->base + at); \
        break;

static void FUNCTION(
    const int32_t *panels, size_t panel_count, size_t pairs, const int32_t *blocks, size_t height, size_t count,
    const double *offsets, double factor, const kindred_expected_rows *expected, kindred_greatest2 *state) {
    const size_t scored = panel_count * KINDRED_PANEL;
    for (size_t at = 0; at < scored; at++) {
        state->best[at] = state->second[at] = INT32_MIN;
        state->base[at] = 0;
    }
    // Some lines of the rows to come with each micro-tile, so that they arrive while there is nothing else to fetch.
    const size_t lines = (expected->depth + 15) / 16, tiles = (count + height - 1) / height * (scored / (2 * INT_LANES));
    const size_t share = (expected->count * lines + tiles - 1) / tiles;
    size_t row = 0, line = 0;
    // A block of vectors stays in the first-level cache while all panels go by.
    for (size_t first = 0; first < count; first += height) {
        const size_t vectors = count - first < height ? count - first : height;
        const int32_t *block = blocks + first * pairs;
        int32_t starts[14];
        for (size_t i = 0; i < vectors; i++) starts[i] = -(int32_t)(offsets[first + i] * factor + 0.5);
        for (size_t at = 0; at < scored; at += 2 * INT_LANES) {
            const int32_t *panel = panels + at / KINDRED_PANEL * KINDRED_PANEL * pairs + at % KINDRED_PANEL;
            for (size_t left = share; left > 0 && row < expected->count;) {
                const float *next = expected->rows + (size_t)expected->indices[row] * expected->depth;
                const size_t end = lines - line < left ? lines : line + left;
                left -= end - line;
                for (; line < end; line++) __builtin_prefetch(next + line * 16, 0, 2);
                if (line == lines) line = 0, row++;
            }
            for (size_t i = 0; i < vectors; i += INT_ROWS) {
                switch (vectors - i < INT_ROWS ? vectors - i : INT_ROWS) {
                    INT_CASE(1)
                    INT_CASE(2)
                    INT_CASE(3)
                    INT_CASE(4)
                    INT_CASE(5)
                    INT_CASE(6)
                    INT_CASE(7)
                    INT_CASE(8)
                    INT_CASE(9)
                    INT_CASE(10)
                    INT_CASE(11)
                    INT_CASE(12)
                    INT_CASE(13)
                    INT_CASE(14)
                }
            }
        }
    }
}

#undef INT_CASE

static inline __attribute__((always_inline)) void PRODUCT_MICRO(
    const int vectors, const int32_t *panel, size_t pairs, const int32_t *block, const float *row_scales,
    const float *column_scales, float *c, size_t c_stride) {
    INT_VECTOR sum[INT_ROWS][2];
    UNROLL
    for (int i = 0; i < vectors; i++) sum[i][0] = sum[i][1] = (INT_VECTOR)(0);
    SUMS(vectors, panel, pairs, block, KINDRED_PAIR_ROWS, sum);
    FLOAT_VECTOR scale[2];
    __builtin_memcpy(scale, column_scales, sizeof(scale));
    UNROLL
    for (int i = 0; i < vectors; i++) {
        UNROLL
        for (int v = 0; v < 2; v++) {
            FLOAT_VECTOR value = __builtin_convertvector(sum[i][v], FLOAT_VECTOR) * row_scales[i] * scale[v];
            __builtin_memcpy(c + i * c_stride + v * INT_LANES, &value, sizeof(value));
        }
    }
}

#define INT_CASE(n) \
    case n: \
        if (n <= INT_ROWS) \
            PRODUCT_MICRO(n <= INT_ROWS ? n : 1, panel, pairs, block + i, row_scales + first + i, column_scales + at, \
                c + (first + i) * c_stride + at, c_stride); \
        break;

static void PRODUCT(
    const int32_t *blocks, size_t rows, const float *row_scales, const int32_t *panels, size_t columns,
    const float *column_scales, size_t pairs, float *c, size_t c_stride) {
    // A panel stays in the first-level cache while all blocks of rows go by.
    for (size_t at = 0; at < columns; at += 2 * INT_LANES) {
        const int32_t *panel = panels + at / KINDRED_PANEL * KINDRED_PANEL * pairs + at % KINDRED_PANEL;
        for (size_t first = 0; first < rows; first += KINDRED_PAIR_ROWS) {
            const size_t height = rows - first < KINDRED_PAIR_ROWS ? rows - first : KINDRED_PAIR_ROWS;
            const int32_t *block = blocks + first * pairs;
            for (size_t i = 0; i < height; i += INT_ROWS) {
                switch (height - i < INT_ROWS ? height - i : INT_ROWS) {
                    INT_CASE(1)
                    INT_CASE(2)
                    INT_CASE(3)
                    INT_CASE(4)
                    INT_CASE(5)
                    INT_CASE(6)
                    INT_CASE(7)
                    INT_CASE(8)
                    INT_CASE(9)
                    INT_CASE(10)
                    INT_CASE(11)
                    INT_CASE(12)
                    INT_CASE(13)
                    INT_CASE(14)
                }
            }
        }
    }
}

#undef FUNCTION
#undef PRODUCT
#undef SUMS
#undef PRODUCT_MICRO
#undef FLOAT_VECTOR
#undef INT_LANES
#undef INT_ROWS
#undef INT_VECTOR
#undef INT_CASE
#undef MICRO
#undef DOT2
