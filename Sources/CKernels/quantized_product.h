// Products of bytes, once for each way of multiplying four of them at a time. The file that
// includes it defines
//   FUNCTION      the name of the product; FUNCTION_scaled is the one that gives floats
//   INT_LANES     columns of a vector: 1, 8 or 16
//   DOT4(sum, unsigned_bytes, signed_bytes)   adds four products to each 32-bit lane
//   INT_ROWS      rows of a micro-tile, which is KINDRED_PANEL columns wide
//
// Rows have a zero other than 0, so sums start at its products with all of a column, less than nothing. Whole numbers add up
// exactly, so every order gives the same bits.

#define NAME2(a, b) a##b
#define NAME(a, b) NAME2(a, b)
#define MICRO NAME(FUNCTION, _micro)
#define FINISH NAME(FUNCTION, _finish)
#define RUN NAME(FUNCTION, _run)
#define COPY NAME(FUNCTION, _copy)
#define SCALED NAME(FUNCTION, _scaled)
#define INT_VECTOR NAME(FUNCTION, _vector)
#define INT_ALIGNED NAME(FUNCTION, _aligned)
#define INT_FLOATS NAME(FUNCTION, _floats)
#define INT_WIDTH (KINDRED_PANEL / INT_LANES)

#if INT_LANES == 1
typedef int32_t INT_VECTOR;
typedef int32_t INT_ALIGNED;
typedef float INT_FLOATS;
#define TO_FLOATS(sums) ((float)(sums))
#else
typedef int32_t INT_VECTOR __attribute__((ext_vector_type(INT_LANES), aligned(4)));
typedef int32_t INT_ALIGNED __attribute__((ext_vector_type(INT_LANES)));
typedef float INT_FLOATS __attribute__((ext_vector_type(INT_LANES), aligned(4)));
#define TO_FLOATS(sums) __builtin_convertvector(sums, INT_FLOATS)
#endif

// What becomes of the sums: floats, scaled by row and column and with a bias added; written past the caches where they are
// streamed. Within a panel, numbers are for its columns.
typedef struct {
    const float *scales, *bias;
    int streamed;
} FINISH;

// A micro-tile: a whole panel or its first columns. Sums stay as they are where there is no finish.
static inline __attribute__((always_inline)) void MICRO(
    const int rows, const int vectors, const uint8_t *a, size_t a_stride, const kindred_quantized_row *about,
    const int8_t *b, const int32_t *sums, const int8_t *next, size_t depth, const FINISH *finish, void *c,
    size_t c_stride, size_t width) {
    INT_VECTOR sum[INT_ROWS][INT_WIDTH];
    UNROLL
    for (int v = 0; v < vectors; v++) {
        INT_VECTOR all;
        __builtin_memcpy(&all, sums + v * INT_LANES, sizeof(all));
        UNROLL
        for (int i = 0; i < rows; i++) sum[i][v] = all * -about[i].zero;
    }
    for (size_t k = 0; k < depth; k += 4) {
        __builtin_prefetch(next + k * 16, 0, 2);
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
            for (int v = 0; v < vectors; v++) sum[i][v] = DOT4(sum[i][v], element, column[v]);
        }
    }
    const size_t held = (size_t)vectors * INT_LANES;
    UNROLL
    for (int i = 0; i < rows; i++) {
        if (finish) {
            UNROLL
            for (int v = 0; v < vectors; v++) {
                INT_FLOATS scale, start;
                __builtin_memcpy(&scale, finish->scales + v * INT_LANES, sizeof(scale));
                __builtin_memcpy(&start, finish->bias + v * INT_LANES, sizeof(start));
                INT_FLOATS value = FMA(TO_FLOATS(sum[i][v]), scale * about[i].scale, start);
                __builtin_memcpy(&sum[i][v], &value, sizeof(value));
            }
        }
        char *target = (char *)c + i * c_stride * 4;
        if (finish && finish->streamed && width == held) {
            UNROLL
            for (int v = 0; v < vectors; v++)
                __builtin_nontemporal_store(sum[i][v], (INT_ALIGNED *)(target + v * INT_LANES * 4));
        } else if (width == held)
            __builtin_memcpy(target, sum[i], vectors * sizeof(INT_VECTOR));
        else {
            int32_t line[KINDRED_PANEL];
            __builtin_memcpy(line, sum[i], vectors * sizeof(INT_VECTOR));
            __builtin_memcpy(target, line, width * 4);
        }
    }
}

#define INT_CASE(n) \
    case n: \
        if (n <= INT_ROWS) { \
            if (width > KINDRED_PANEL / 2 || INT_WIDTH == 1) \
                MICRO(n <= INT_ROWS ? n : 1, INT_WIDTH, row, a_stride, about + i, b, sums + j, next, depth, \
                    finish ? &panel : NULL, target, c_stride, width); \
            else \
                MICRO(n <= INT_ROWS ? n : 1, (INT_WIDTH + 1) / 2, row, a_stride, about + i, b, sums + j, next, depth, \
                    finish ? &panel : NULL, target, c_stride, width); \
        } \
        break;

// A whole panel's numbers are copied without a call.
static inline __attribute__((always_inline)) void COPY(float *panel, const float *numbers, size_t width) {
    if (width == KINDRED_PANEL)
        __builtin_memcpy(panel, numbers, KINDRED_PANEL * sizeof(float));
    else
        __builtin_memcpy(panel, numbers, width * sizeof(float));
}

static void RUN(
    const uint8_t *a, size_t rows, size_t a_stride, const kindred_quantized_row *about, const int8_t *packed,
    const int32_t *sums, size_t columns, size_t depth, const FINISH *finish, void *c, size_t c_stride) {
    // All rows meet a panel while it is in the first-level cache, where it fits up to a depth of about 1,000. Meanwhile the
    // next panel is fetched, half by every other micro-tile.
    for (size_t j = 0; j < columns; j += KINDRED_PANEL) {
        const size_t width = columns - j < KINDRED_PANEL ? columns - j : KINDRED_PANEL;
        const int8_t *b = packed + j * depth;
        // The last panel's columns may be fewer. Copied here, because there accumulators fill the registers.
        float scales[KINDRED_PANEL] = {0}, bias[KINDRED_PANEL] = {0};
        const FINISH panel = {scales, bias, finish && finish->streamed};
        if (finish) COPY(scales, finish->scales + j, width);
        if (finish && finish->bias) COPY(bias, finish->bias + j, width);
        for (size_t i = 0; i < rows; i += INT_ROWS) {
            const uint8_t *row = a + i * a_stride;
            const int8_t *next = b + depth * KINDRED_PANEL + (i / INT_ROWS % 2 ? depth * KINDRED_PANEL / 2 : 0);
            char *target = (char *)c + (i * c_stride + j) * 4;
            switch (rows - i < INT_ROWS ? rows - i : INT_ROWS) {
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

static void FUNCTION(
    const uint8_t *a, size_t rows, size_t a_stride, const kindred_quantized_row *about, const int8_t *packed,
    const int32_t *sums, size_t columns, size_t depth, int32_t *c, size_t c_stride) {
    RUN(a, rows, a_stride, about, packed, sums, columns, depth, NULL, c, c_stride);
}

static void SCALED(
    const uint8_t *a, size_t rows, size_t a_stride, const kindred_quantized_row *about, const int8_t *packed,
    const int32_t *sums, size_t columns, size_t depth, const float *scales, const float *bias, float *c,
    size_t c_stride, int streamed) {
    const int aligned = (uintptr_t)c % 64 == 0 && c_stride % 16 == 0;
    FINISH finish = {scales, bias, streamed && aligned};
    RUN(a, rows, a_stride, about, packed, sums, columns, depth, &finish, c, c_stride);
    // Such stores are seen by other threads in any order unless they are waited for.
    if (finish.streamed) __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

#undef FUNCTION
#undef INT_LANES
#undef INT_ROWS
#undef INT_WIDTH
#undef INT_VECTOR
#undef INT_CASE
#undef INT_ALIGNED
#undef INT_FLOATS
#undef TO_FLOATS
#undef MICRO
#undef FINISH
#undef RUN
#undef COPY
#undef SCALED
#undef DOT4
