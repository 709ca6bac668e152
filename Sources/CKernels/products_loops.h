// The product micro-kernel, written once for every vector width. The file that includes it defines
//   VECTOR        a vector of LANES floats
//   LANES         8, 16 (or 1: plain floats)
//   ROWS          rows of a micro-tile, WIDTH vectors wide: ROWS · WIDTH accumulators stay in registers
//
// Each c[i][j] is one chain of fused multiply-adds over k in order. Depth is cut into blocks that keep a panel in the
// first-level cache; between blocks the chain rests in c, which changes no bit.

enum { DEPTH_BLOCK = 512, PREFETCHED = 64 };

// Accumulators must be registers, so every loop over them is unrolled.
#define UNROLL _Pragma("clang loop unroll(full)")

static inline __attribute__((always_inline)) void micro_tile(
    const int rows, const int vectors, const float *restrict a, size_t a_stride, const float *restrict b, size_t depth,
    float *restrict c, size_t c_stride, size_t width, int resume) {
    VECTOR sum[ROWS][WIDTH];
    if (resume) {
        UNROLL
        for (int i = 0; i < rows; i++) load_row(sum[i], vectors, c + i * c_stride, width);
    } else {
        UNROLL
        for (int i = 0; i < rows; i++) {
            UNROLL
            for (int v = 0; v < vectors; v++) sum[i][v] = (VECTOR)(0.0f);
        }
    }
    for (size_t k = 0; k < depth; k++) {
        // The processor's own prefetching ends with each page, which is only 32 steps.
        UNROLL
        for (int j = 0; j < vectors * LANES; j += 16) __builtin_prefetch(b + (k + PREFETCHED) * KINDRED_PANEL + j);
        VECTOR column[WIDTH];
        __builtin_memcpy(column, b + k * KINDRED_PANEL, vectors * sizeof(VECTOR));
        UNROLL
        for (int i = 0; i < rows; i++) {
            VECTOR element = (VECTOR)(a[i * a_stride + k]);
            UNROLL
            for (int v = 0; v < vectors; v++) sum[i][v] = FMA(element, column[v], sum[i][v]);
        }
    }
    UNROLL
    for (int i = 0; i < rows; i++) store_row(sum[i], vectors, c + i * c_stride, width);
}

// The last columns may fill only one of the vectors: the others are then not computed.
#define MICRO_TILE_CASE(n) \
    case n: \
        if (n > ROWS) return; \
        if (width > LANES) \
            micro_tile(n <= ROWS ? n : 1, WIDTH, a, a_stride, b, depth, c, c_stride, width, resume); \
        else \
            micro_tile(n <= ROWS ? n : 1, 1, a, a_stride, b, depth, c, c_stride, width, resume); \
        return;

static void micro_rows(
    size_t rows, const float *a, size_t a_stride, const float *b, size_t depth, float *c, size_t c_stride,
    size_t width, int resume) {
    switch (rows) {
        MICRO_TILE_CASE(1)
        MICRO_TILE_CASE(2)
        MICRO_TILE_CASE(3)
        MICRO_TILE_CASE(4)
        MICRO_TILE_CASE(5)
        MICRO_TILE_CASE(6)
        MICRO_TILE_CASE(7)
        MICRO_TILE_CASE(8)
        MICRO_TILE_CASE(9)
        MICRO_TILE_CASE(10)
        MICRO_TILE_CASE(11)
        MICRO_TILE_CASE(12)
        MICRO_TILE_CASE(13)
        MICRO_TILE_CASE(14)
    }
}

static void product(
    const float *a, size_t rows, size_t a_stride, const float *packed, size_t columns, size_t depth, float *c,
    size_t c_stride) {
    if (depth == 0) {
        for (size_t i = 0; i < rows; i++) __builtin_memset(c + i * c_stride, 0, columns * sizeof(float));
        return;
    }
    const size_t step = WIDTH * LANES;
    // Rows whose distance is a multiple of a page compete for the same few cache lines: those are copied first.
    const int crowded = a_stride % 1024 == 0 && columns > 2 * step;
    enum { COPY_STRIDE = DEPTH_BLOCK + 16 };
    float copy[ROWS * COPY_STRIDE];
    // Blocks of about equal depth: a short one costs as much besides its products as a long one.
    const size_t blocks = (depth + DEPTH_BLOCK - 1) / DEPTH_BLOCK, most = (depth + blocks - 1) / blocks;
    for (size_t start = 0; start < depth; start += most) {
        size_t block = depth - start < most ? depth - start : most;
        for (size_t i = 0; i < rows; i += ROWS) {
            size_t height = rows - i < ROWS ? rows - i : ROWS;
            const float *from = a + i * a_stride + start;
            size_t stride = a_stride;
            if (crowded) {
                for (size_t row = 0; row < height; row++)
                    __builtin_memcpy(copy + row * COPY_STRIDE, from + row * a_stride, block * sizeof(float));
                from = copy;
                stride = COPY_STRIDE;
            }
            for (size_t j = 0; j < columns; j += step) {
                size_t width = columns - j < step ? columns - j : step;
                const float *b = packed + j / KINDRED_PANEL * KINDRED_PANEL * depth + start * KINDRED_PANEL
                    + j % KINDRED_PANEL;
                micro_rows(height, from, stride, b, block, c + i * c_stride + j, c_stride, width, start > 0);
            }
        }
    }
}
