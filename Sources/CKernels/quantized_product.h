// Products of whole numbers in eight bits, once for each way of multiplying four of them at a time. The file that
// includes it defines
//   FUNCTION      the name of the product
//   INT_LANES     columns of a vector: 1, 8 or 16
//   DOT4(sum, unsigned_bytes, signed_bytes)   adds four products to each 32-bit lane
//   INT_ROWS      rows of a micro-tile, which is KINDRED_PANEL columns wide
//
// One side is unsigned, as the instructions want it: it was increased by 128, so 128 times the sum of the other side is
// taken away. Whole numbers add up exactly, so every order gives the same bits.

#define NAME2(a, b) a##b
#define NAME(a, b) NAME2(a, b)
#define MICRO NAME(FUNCTION, _micro)
#define INT_VECTOR NAME(FUNCTION, _vector)
#define INT_WIDTH (KINDRED_PANEL / INT_LANES)

#if INT_LANES == 1
typedef int32_t INT_VECTOR;
#else
typedef int32_t INT_VECTOR __attribute__((ext_vector_type(INT_LANES), aligned(4)));
#endif

static inline __attribute__((always_inline)) void MICRO(
    const int rows, const int vectors, const int8_t *a, size_t a_stride, const int32_t *sums, const uint8_t *b,
    size_t depth, int32_t *c, size_t c_stride, size_t width, int resume) {
    INT_VECTOR sum[INT_ROWS][INT_WIDTH];
    UNROLL
    for (int i = 0; i < rows; i++) {
        UNROLL
        for (int v = 0; v < vectors; v++) sum[i][v] = (INT_VECTOR)(resume ? 0 : -128 * sums[i]);
    }
    for (size_t k = 0; k < depth; k += 4) {
        INT_VECTOR column[INT_WIDTH];
        UNROLL
        for (int v = 0; v < vectors; v++)
            __builtin_memcpy(&column[v], b + k * KINDRED_PANEL + v * INT_LANES * 4, sizeof(INT_VECTOR));
        UNROLL
        for (int i = 0; i < rows; i++) {
            int32_t four;
            __builtin_memcpy(&four, a + i * a_stride + k, sizeof(four));
            INT_VECTOR element = (INT_VECTOR)(four);
            UNROLL
            for (int v = 0; v < vectors; v++) sum[i][v] = DOT4(sum[i][v], column[v], element);
        }
    }
    UNROLL
    for (int i = 0; i < rows; i++) {
        int32_t line[KINDRED_PANEL];
        __builtin_memcpy(line, sum[i], vectors * sizeof(INT_VECTOR));
        int32_t *target = c + i * c_stride;
        if (resume)
            for (size_t j = 0; j < width; j++) target[j] += line[j];
        else
            __builtin_memcpy(target, line, width * sizeof(int32_t));
    }
}

#define INT_CASE(n) \
    case n: \
        if (n <= INT_ROWS) { \
            if (width > KINDRED_PANEL / 2 || INT_WIDTH == 1) \
                MICRO(n <= INT_ROWS ? n : 1, INT_WIDTH, row, a_stride, sums + i, b, block, target, c_stride, width, \
                    start > 0); \
            else \
                MICRO(n <= INT_ROWS ? n : 1, (INT_WIDTH + 1) / 2, row, a_stride, sums + i, b, block, target, c_stride, \
                    width, start > 0); \
        } \
        break;

static void FUNCTION(
    const int8_t *a, size_t rows, size_t a_stride, const int32_t *sums, const uint8_t *packed, size_t columns,
    size_t depth, int32_t *c, size_t c_stride) {
    if (depth == 0) {
        for (size_t i = 0; i < rows; i++) __builtin_memset(c + i * c_stride, 0, columns * sizeof(int32_t));
        return;
    }
    // A block of a panel stays in the first-level cache.
    enum { BLOCK = 1024 };
    for (size_t start = 0; start < depth; start += BLOCK) {
        size_t block = depth - start < BLOCK ? depth - start : BLOCK;
        for (size_t i = 0; i < rows; i += INT_ROWS) {
            size_t height = rows - i < INT_ROWS ? rows - i : INT_ROWS;
            const int8_t *row = a + i * a_stride + start;
            for (size_t j = 0; j < columns; j += KINDRED_PANEL) {
                size_t width = columns - j < KINDRED_PANEL ? columns - j : KINDRED_PANEL;
                const uint8_t *b = packed + j * depth + start * KINDRED_PANEL;
                int32_t *target = c + i * c_stride + j;
                switch (height) {
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
#undef INT_LANES
#undef INT_ROWS
#undef INT_WIDTH
#undef INT_VECTOR
#undef INT_CASE
#undef MICRO
#undef DOT4
