// Convolution and pooling, channels last. Every sum runs in one fixed order, so that each level gives the same bits.

// Products ------------------------------------------------------------------------------------------------------------

// The walk along depth first ..< first + depth of rows that lie in segments.
typedef struct {
    size_t stride, depth;
} segment_layout;

static inline __attribute__((always_inline)) void segment_tile(
    const int rows, const int vectors, const float *restrict a, size_t a_stride, segment_layout segment, size_t first,
    size_t depth, const float *restrict b, float *restrict c, size_t c_stride, size_t width, int resume, int finish,
    const float *bias, int relu) {
    VECTOR sum[ROWS][WIDTH];
    UNROLL
    for (int i = 0; i < rows; i++) {
        if (resume) {
            load_row(sum[i], vectors, c + i * c_stride, width);
        } else {
            UNROLL
            for (int v = 0; v < vectors; v++) sum[i][v] = (VECTOR)(0.0f);
        }
    }
    const float *from = a + first / segment.depth * segment.stride;
    size_t inside = first % segment.depth;
    while (depth > 0) {
        size_t run = segment.depth - inside < depth ? segment.depth - inside : depth;
        const float *restrict element = from + inside;
        size_t stride = a_stride;
        for (size_t k = 0; k < run; k++) {
            VECTOR column[WIDTH];
            __builtin_memcpy(column, b + k * KINDRED_PANEL, vectors * sizeof(VECTOR));
            // Keeps the compiler from holding the offset of each row: that would take all registers.
            __asm__("" : "+r"(stride));
            UNROLL
            for (int i = 0; i < rows; i++) {
                VECTOR value = (VECTOR)(element[i * stride + k]);
                UNROLL
                for (int v = 0; v < vectors; v++) sum[i][v] = FMA(value, column[v], sum[i][v]);
            }
        }
        b += run * KINDRED_PANEL;
        depth -= run;
        from += segment.stride;
        inside = 0;
    }
    if (finish && bias) {
        VECTOR offset[WIDTH];
        load_row(offset, vectors, bias, width);
        UNROLL
        for (int i = 0; i < rows; i++) {
            UNROLL
            for (int v = 0; v < vectors; v++) sum[i][v] += offset[v];
        }
    }
    if (finish && relu) {
        UNROLL
        for (int i = 0; i < rows; i++) {
            UNROLL
            for (int v = 0; v < vectors; v++) sum[i][v] = sum[i][v] < 0.0f ? (VECTOR)(0.0f) : sum[i][v];
        }
    }
    UNROLL
    for (int i = 0; i < rows; i++) store_row(sum[i], vectors, c + i * c_stride, width);
}

#define SEGMENT_TILE_CASE(n) \
    case n: \
        if (n > ROWS) return; \
        if (width > LANES) \
            segment_tile(n <= ROWS ? n : 1, WIDTH, a, a_stride, segment, first, depth, b, c, c_stride, width, resume, \
                finish, bias, relu); \
        else \
            segment_tile(n <= ROWS ? n : 1, 1, a, a_stride, segment, first, depth, b, c, c_stride, width, resume, \
                finish, bias, relu); \
        return;

static void segment_rows(
    size_t rows, const float *a, size_t a_stride, segment_layout segment, size_t first, size_t depth, const float *b,
    float *c, size_t c_stride, size_t width, int resume, int finish, const float *bias, int relu) {
    switch (rows) {
        SEGMENT_TILE_CASE(1)
        SEGMENT_TILE_CASE(2)
        SEGMENT_TILE_CASE(3)
        SEGMENT_TILE_CASE(4)
        SEGMENT_TILE_CASE(5)
        SEGMENT_TILE_CASE(6)
        SEGMENT_TILE_CASE(7)
        SEGMENT_TILE_CASE(8)
        SEGMENT_TILE_CASE(9)
        SEGMENT_TILE_CASE(10)
        SEGMENT_TILE_CASE(11)
        SEGMENT_TILE_CASE(12)
        SEGMENT_TILE_CASE(13)
        SEGMENT_TILE_CASE(14)
    }
}

static void convolution_product(
    const float *a, size_t rows, size_t a_stride, size_t segments, size_t segment_stride, size_t segment_depth,
    const float *packed, size_t columns, const float *bias, int relu, float *c, size_t c_stride) {
    const size_t step = WIDTH * LANES;
    const size_t depth = segments * segment_depth;
    const segment_layout segment = {segment_stride, segment_depth};
    for (size_t first = 0; first < depth; first += DEPTH_BLOCK) {
        size_t block = depth - first < DEPTH_BLOCK ? depth - first : DEPTH_BLOCK;
        for (size_t i = 0; i < rows; i += ROWS) {
            size_t height = rows - i < ROWS ? rows - i : ROWS;
            for (size_t j = 0; j < columns; j += step) {
                size_t width = columns - j < step ? columns - j : step;
                const float *b = packed + j / KINDRED_PANEL * KINDRED_PANEL * depth + first * KINDRED_PANEL
                    + j % KINDRED_PANEL;
                segment_rows(height, a + i * a_stride, a_stride, segment, first, block, b, c + i * c_stride + j,
                    c_stride, width, first > 0, first + block == depth, bias ? bias + j : bias, relu);
            }
        }
    }
}

// Depthwise -----------------------------------------------------------------------------------------------------------

enum { DEPTHWISE_PIXELS = 8 };

INLINE void depthwise_pixels(
    const int pixels, const float *source, size_t pixel_stride, size_t tap_rows, size_t tap_row_stride,
    size_t tap_columns, size_t tap_column_stride, const float *weights, const float *bias, int relu, size_t channels,
    float *target) {
    for (size_t c = 0; c < channels; c += 16) {
        size_t rest = channels - c;
        float16 sum[DEPTHWISE_PIXELS];
        UNROLL
        for (int p = 0; p < pixels; p++) sum[p] = (float16)(0.0f);
        const float *weight = weights + c;
        for (size_t y = 0; y < tap_rows; y++) {
            const float *tap = source + y * tap_row_stride + c;
            for (size_t x = 0; x < tap_columns; x++, tap += tap_column_stride, weight += channels) {
                float16 factor = load16(weight, rest, 0);
                UNROLL
                for (int p = 0; p < pixels; p++)
                    sum[p] = __builtin_elementwise_fma(load16(tap + p * pixel_stride, rest, 0), factor, sum[p]);
            }
        }
        float16 offset = bias ? load16(bias + c, rest, 0) : (float16)(0.0f);
        UNROLL
        for (int p = 0; p < pixels; p++) {
            float16 value = bias ? sum[p] + offset : sum[p];
            store16(target + p * channels + c, relu ? relu16(value) : value, rest);
        }
    }
}

static void convolution_depthwise(
    const float *source, size_t pixel_stride, size_t tap_rows, size_t tap_row_stride, size_t tap_columns,
    size_t tap_column_stride, const float *weights, const float *bias, int relu, size_t channels, size_t pixels,
    float *target) {
    size_t p = 0;
    for (; p + DEPTHWISE_PIXELS <= pixels; p += DEPTHWISE_PIXELS)
        depthwise_pixels(DEPTHWISE_PIXELS, source + p * pixel_stride, pixel_stride, tap_rows, tap_row_stride,
            tap_columns, tap_column_stride, weights, bias, relu, channels, target + p * channels);
    for (; p < pixels; p++)
        depthwise_pixels(1, source + p * pixel_stride, pixel_stride, tap_rows, tap_row_stride, tap_columns,
            tap_column_stride, weights, bias, relu, channels, target + p * channels);
}

// Pooling -------------------------------------------------------------------------------------------------------------

static void pool_maximum(
    const float *source, size_t rows, size_t row_stride, size_t columns, size_t channels, float *target) {
    for (size_t c = 0; c < channels; c += 16) {
        size_t rest = channels - c;
        float16 most = load16(source + c, rest, 0);
        for (size_t y = 0; y < rows; y++) {
            const float *pixel = source + y * row_stride + c;
            for (size_t x = 0; x < columns; x++, pixel += channels) {
                float16 value = load16(pixel, rest, 0);
                // A NaN is taken because it is not at most anything, and kept because nothing exceeds it.
                most = ((value > most) | (value != value)) ? value : most;
            }
        }
        store16(target + c, most, rest);
    }
}

static void pool_mean(
    const float *source, size_t rows, size_t row_stride, size_t columns, size_t channels, double divisor,
    float *target) {
    for (size_t c = 0; c < channels; c += 16) {
        size_t rest = channels - c;
        double16 sum = (double16)(0.0);
        for (size_t y = 0; y < rows; y++) {
            const float *pixel = source + y * row_stride + c;
            for (size_t x = 0; x < columns; x++, pixel += channels) sum += WIDE(load16(pixel, rest, 0));
        }
        store16(target + c, __builtin_convertvector(sum / divisor, float16), rest);
    }
}

// Winograd --------------------------------------------------------------------------------------------------------------
// Lavin and Gray, "Fast algorithms for convolutional neural networks", CVPR 2016. The points of F(4, 3) are not the usual
// 0, ±1, ±2 but 0, ±5/8, ±3/2: a quarter of the error, and every coefficient here is exact.

#define MULTIPLY_ADD(factor, x, y) __builtin_elementwise_fma((float16)(factor), x, y)

// With a = 5/8 and b = 3/2: a², b², a² + b², a² · b², a³, b³.
#define POINT_A 0.625f
#define POINT_B 1.5f
#define A2 0.390625f
#define B2 2.25f
#define A2_PLUS_B2 2.640625f
#define A2_TIMES_B2 0.87890625f
#define A3 0.244140625f
#define B3 3.375f

INLINE void filter4_input(const float16 *d, size_t from, float16 *t, size_t to) {
    float16 d1 = d[from], d2 = d[2 * from], d3 = d[3 * from], d4 = d[4 * from];
    float16 even_a = MULTIPLY_ADD(-B2, d2, d4), odd_a = MULTIPLY_ADD(-B2, d1, d3);
    float16 even_b = MULTIPLY_ADD(-A2, d2, d4), odd_b = MULTIPLY_ADD(-A2, d1, d3);
    t[0] = MULTIPLY_ADD(A2_TIMES_B2, d[0], MULTIPLY_ADD(-A2_PLUS_B2, d2, d4));
    t[to] = MULTIPLY_ADD(POINT_A, odd_a, even_a);
    t[2 * to] = MULTIPLY_ADD(-POINT_A, odd_a, even_a);
    t[3 * to] = MULTIPLY_ADD(POINT_B, odd_b, even_b);
    t[4 * to] = MULTIPLY_ADD(-POINT_B, odd_b, even_b);
    t[5 * to] = MULTIPLY_ADD(A2_TIMES_B2, d1, MULTIPLY_ADD(-A2_PLUS_B2, d3, d[5 * from]));
}

INLINE void filter4_output(const float16 *m, size_t from, float16 *y, size_t to) {
    float16 sum_a = m[from] + m[2 * from], difference_a = m[from] - m[2 * from];
    float16 sum_b = m[3 * from] + m[4 * from], difference_b = m[3 * from] - m[4 * from];
    y[0] = m[0] + (sum_a + sum_b);
    y[to] = MULTIPLY_ADD(POINT_A, difference_a, difference_b * POINT_B);
    y[2 * to] = MULTIPLY_ADD(A2, sum_a, sum_b * B2);
    y[3 * to] = MULTIPLY_ADD(A3, difference_a, MULTIPLY_ADD(B3, difference_b, m[5 * from]));
}

INLINE void filter2_input(const float16 *d, size_t from, float16 *t, size_t to) {
    t[0] = d[0] - d[2 * from];
    t[to] = d[from] + d[2 * from];
    t[2 * to] = d[2 * from] - d[from];
    t[3 * to] = d[3 * from] - d[from];
}

INLINE void filter2_output(const float16 *m, size_t from, float16 *y, size_t to) {
    y[0] = m[0] + (m[from] + m[2 * from]);
    y[to] = (m[from] - m[2 * from]) + m[3 * from];
}

INLINE void filter_input(const int tile, const float16 *d, size_t from, float16 *t, size_t to) {
    if (tile == 4)
        filter4_input(d, from, t, to);
    else
        filter2_input(d, from, t, to);
}

INLINE void filter_output(const int tile, const float16 *m, size_t from, float16 *y, size_t to) {
    if (tile == 4)
        filter4_output(m, from, y, to);
    else
        filter2_output(m, from, y, to);
}

INLINE void winograd_patch(
    const int tile, const float *source, size_t row_stride, size_t pixel_stride, kindred_window valid, size_t rest,
    float *target, size_t element_stride) {
    const size_t side = (size_t)tile + 2;
    float16 pixels[36], half[36], whole[36];
    // The pixels that the next patch in the line adds: it follows at once.
    for (size_t y = 0; y < side; y++)
        UNROLL
        for (size_t x = 0; x < (size_t)tile; x++)
            __builtin_prefetch(source + y * row_stride + (side + x) * pixel_stride);
    if (valid.first_row == 0 && valid.first_column == 0 && valid.last_row == side && valid.last_column == side
        && rest >= 16) {
        for (size_t y = 0; y < side; y++)
            UNROLL
            for (size_t x = 0; x < side; x++)
                pixels[y * side + x] = *(const float16 *)(source + y * row_stride + x * pixel_stride);
    } else {
        for (size_t i = 0; i < side * side; i++) pixels[i] = (float16)(0.0f);
        for (size_t y = valid.first_row; y < valid.last_row; y++)
            for (size_t x = valid.first_column; x < valid.last_column; x++)
                pixels[y * side + x] = load16(source + y * row_stride + x * pixel_stride, rest, 0);
    }
    UNROLL
    for (size_t x = 0; x < side; x++) filter_input(tile, pixels + x, side, half + x, side);
    UNROLL
    for (size_t y = 0; y < side; y++) {
        filter_input(tile, half + y * side, 1, whole + y * side, 1);
        UNROLL
        for (size_t x = 0; x < side; x++)
            *(float16 *)(target + (y * side + x) * element_stride) = whole[y * side + x];
    }
}

static void winograd_input(
    size_t tile, const float *source, size_t row_stride, size_t pixel_stride, kindred_window valid, size_t channels,
    float *target, size_t element_stride) {
    if (tile == 4)
        for (size_t c = 0; c < channels; c += 16)
            winograd_patch(4, source + c, row_stride, pixel_stride, valid, channels - c, target + c, element_stride);
    else
        for (size_t c = 0; c < channels; c += 16)
            winograd_patch(2, source + c, row_stride, pixel_stride, valid, channels - c, target + c, element_stride);
}

INLINE void winograd_pixels(
    const int tile, const float *source, size_t element_stride, const float *bias, int relu, float *target,
    size_t row_stride, size_t pixel_stride, size_t rows, size_t columns, size_t rest) {
    const size_t side = (size_t)tile + 2, edge = (size_t)tile;
    float16 products[36], half[24], pixels[16];
    // Where the next tile in the line goes.
    for (size_t y = 0; y < edge; y++)
        UNROLL
        for (size_t x = 0; x < edge; x++)
            __builtin_prefetch(target + y * row_stride + (edge + x) * pixel_stride, 1);
    for (size_t y = 0; y < side; y++)
        UNROLL
        for (size_t x = 0; x < side; x++)
            products[y * side + x] = *(const float16 *)(source + (y * side + x) * element_stride);
    UNROLL
    for (size_t x = 0; x < side; x++) filter_output(tile, products + x, side, half + x, side);
    float16 offset = bias ? load16(bias, rest, 0) : (float16)(0.0f);
    UNROLL
    for (size_t y = 0; y < edge; y++) {
        filter_output(tile, half + y * side, 1, pixels + y * edge, 1);
        UNROLL
        for (size_t x = 0; x < edge; x++) {
            float16 value = bias ? pixels[y * edge + x] + offset : pixels[y * edge + x];
            pixels[y * edge + x] = relu ? relu16(value) : value;
        }
    }
    if (rows == edge && columns == edge && rest >= 16) {
        UNROLL
        for (size_t y = 0; y < edge; y++)
            UNROLL
            for (size_t x = 0; x < edge; x++)
                *(float16 *)(target + y * row_stride + x * pixel_stride) = pixels[y * edge + x];
    } else {
        for (size_t y = 0; y < rows; y++)
            for (size_t x = 0; x < columns; x++)
                store16(target + y * row_stride + x * pixel_stride, pixels[y * edge + x], rest);
    }
}

static void winograd_output(
    size_t tile, const float *source, size_t element_stride, size_t channels, const float *bias, int relu,
    float *target, size_t row_stride, size_t pixel_stride, size_t rows, size_t columns) {
    for (size_t c = 0; c < channels; c += 16) {
        const float *offset = bias ? bias + c : bias;
        if (tile == 4)
            winograd_pixels(4, source + c, element_stride, offset, relu, target + c, row_stride, pixel_stride, rows,
                columns, channels - c);
        else
            winograd_pixels(2, source + c, element_stride, offset, relu, target + c, row_stride, pixel_stride, rows,
                columns, channels - c);
    }
}

static void winograd_filter(
    size_t tile, const double *transform, const float *packed, size_t inputs, float *target, size_t element_stride) {
    const size_t side = tile + 2;
    for (size_t k = 0; k < inputs * KINDRED_PANEL; k += 16) {
        const float *taps = packed + k / KINDRED_PANEL * 9 * KINDRED_PANEL + k % KINDRED_PANEL;
        double16 half[6][3];
        for (size_t x = 0; x < 3; x++) {
            double16 a = WIDE(*(const float16 *)(taps + x * KINDRED_PANEL));
            double16 b = WIDE(*(const float16 *)(taps + (3 + x) * KINDRED_PANEL));
            double16 c = WIDE(*(const float16 *)(taps + (6 + x) * KINDRED_PANEL));
            for (size_t i = 0; i < side; i++)
                half[i][x] = a * transform[i * 3] + b * transform[i * 3 + 1] + c * transform[i * 3 + 2];
        }
        for (size_t i = 0; i < side; i++)
            for (size_t j = 0; j < side; j++) {
                const double *factors = transform + j * 3;
                double16 sum = half[i][0] * factors[0] + half[i][1] * factors[1] + half[i][2] * factors[2];
                *(float16 *)(target + (i * side + j) * element_stride + k) = __builtin_convertvector(sum, float16);
            }
    }
}
