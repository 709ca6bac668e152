// Sums, distances, and what is added to vectors.

static double sum(const float *values, size_t count) {
    double16 total = (double16)(0.0);
    for (size_t j = 0; j < count; j += 16) total += WIDE(load16(values + j, count - j, 0));
    return fold16(total);
}

static double squared_norm(const float *values, size_t count) {
    double16 total = (double16)(0.0);
    for (size_t j = 0; j < count; j += 16) {
        double16 value = WIDE(load16(values + j, count - j, 0));
        total += value * value;
    }
    return fold16(total);
}

static double dot(const float *a, const float *b, size_t count) {
    double16 total = (double16)(0.0);
    for (size_t j = 0; j < count; j += 16)
        total += WIDE(load16(a + j, count - j, 0)) * WIDE(load16(b + j, count - j, 0));
    return fold16(total);
}

static double squared_distance(const float *a, const float *b, size_t count) {
    double16 total = (double16)(0.0);
    for (size_t j = 0; j < count; j += 16) {
        double16 difference = WIDE(load16(a + j, count - j, 0)) - WIDE(load16(b + j, count - j, 0));
        total += difference * difference;
    }
    return fold16(total);
}

static void squared_distances_f64(
    const double *point, const double *rows, size_t depth, size_t count, double *distances) {
    for (size_t i = 0; i < count; i++) {
        const double *row = rows + i * depth;
        double16 total = (double16)(0.0);
        size_t k = 0;
        for (; k + 16 <= depth; k += 16) {
            double16 difference = *(const double16 *)(point + k) - *(const double16 *)(row + k);
            total += difference * difference;
        }
        double sum = k > 0 ? fold16(total) : 0.0;
        for (; k < depth; k++) {
            double difference = point[k] - row[k];
            sum += difference * difference;
        }
        distances[i] = sum;
    }
}

// Rows come from anywhere, so they are asked for well ahead.
static void squared_distances_at(
    const float *rows, const int32_t *indices, size_t count, const float *vector, size_t depth, double *distances) {
    enum { AHEAD = 8 };
    for (size_t i = 0; i < count; i++) {
        if (i + AHEAD < count) {
            const float *next = rows + (size_t)indices[i + AHEAD] * depth;
            for (size_t k = 0; k < depth && k < 1024; k += 16) __builtin_prefetch(next + k);
        }
        distances[i] = squared_distance(rows + (size_t)indices[i] * depth, vector, depth);
    }
}

static void accumulate(double *sum, const float *values, double weight, size_t count) {
    for (size_t j = 0; j < count; j++) sum[j] += weight * (double)values[j];
}

// Sums of 16 or 32 columns stay in registers for some rows, and rows are asked for well ahead.
INLINE void accumulate_columns(
    double *sum, const float *rows, const int32_t *indices, size_t count, size_t known, const double *weights,
    double sign, size_t depth, const int vectors) {
    enum { AHEAD = 12 };
    double16 total[2];
    UNROLL
    for (int v = 0; v < vectors; v++) total[v] = *(const double16 *)(sum + v * 16);
    for (size_t i = 0; i < count; i++) {
        const float *row = rows + (size_t)indices[i] * depth;
        if (i + AHEAD < known) {
            const float *next = rows + (size_t)indices[i + AHEAD] * depth;
            UNROLL
            for (int v = 0; v < vectors; v++) __builtin_prefetch(next + v * 16);
        }
        const double weight = weights ? sign * weights[indices[i]] : sign;
        UNROLL
        for (int v = 0; v < vectors; v++) total[v] += weight * WIDE(*(const float16 *)(row + v * 16));
    }
    UNROLL
    for (int v = 0; v < vectors; v++) *(double16 *)(sum + v * 16) = total[v];
}

static void accumulate_at(
    double *sum, const float *rows, const int32_t *indices, size_t count, const double *weights, double sign,
    size_t depth) {
    enum { TOGETHER = 64 };
    for (size_t first = 0; first < count; first += TOGETHER) {
        const int32_t *some = indices + first;
        const size_t known = count - first, height = known < TOGETHER ? known : TOGETHER;
        size_t k = 0;
        for (; k + 32 <= depth; k += 32)
            accumulate_columns(sum + k, rows + k, some, height, known, weights, sign, depth, 2);
        for (; k + 16 <= depth; k += 16)
            accumulate_columns(sum + k, rows + k, some, height, known, weights, sign, depth, 1);
        if (k == depth) continue;
        for (size_t i = 0; i < height; i++) {
            const double weight = weights ? sign * weights[some[i]] : sign;
            accumulate(sum + k, rows + (size_t)some[i] * depth + k, weight, depth - k);
        }
    }
}

static void subtract(float *target, const float *values, const double *shift, size_t count) {
    for (size_t j = 0; j < count; j++) target[j] = (float)((double)values[j] - shift[j]);
}

#define DIFFERENCE(j, rest) (WIDE(load16(a + j, rest, 0)) - WIDE(load16(b + j, rest, 0)))

static double manhattan_distance(const float *a, const float *b, size_t count) {
    double16 total = (double16)(0.0);
    size_t j = 0;
    for (; j + 16 <= count; j += 16) total += __builtin_elementwise_abs(DIFFERENCE(j, 16));
    if (j < count) total += __builtin_elementwise_abs(DIFFERENCE(j, count - j));
    return fold16(total);
}

// NaN stays once it has come.
INLINE double16 larger16(double16 largest, double16 value) {
    return ((value > largest) | (value != value)) ? value : largest;
}

static double chebyshev_distance(const float *a, const float *b, size_t count) {
    double16 largest = (double16)(0.0);
    size_t j = 0;
    for (; j + 16 <= count; j += 16) largest = larger16(largest, __builtin_elementwise_abs(DIFFERENCE(j, 16)));
    if (j < count) largest = larger16(largest, __builtin_elementwise_abs(DIFFERENCE(j, count - j)));
    double result = 0.0;
    for (int lane = 0; lane < 16; lane++)
        if (largest[lane] > result || largest[lane] != largest[lane]) result = largest[lane];
    return result;
}

static void add_scaled(float *target, const float *values, float factor, size_t count) {
    float16 all = (float16)(factor);
    size_t j = 0;
    for (; j + 16 <= count; j += 16)
        *(float16 *)(target + j) =
            __builtin_elementwise_fma(all, *(const float16 *)(values + j), *(const float16 *)(target + j));
    for (; j < count; j++) target[j] = __builtin_elementwise_fma(factor, values[j], target[j]);
}

// The order of the sum is that of squared_distance, so the bits are the same. The depth is known to the compiler.
INLINE void few_columns(const float *columns, const float *point, size_t count, size_t depth, double *distances) {
    for (size_t j = 0; j < count; j += 16) {
        double16 square[8];
        UNROLL
        for (size_t k = 0; k < 8; k++) {
            if (k >= depth) continue;
            double16 difference = WIDE(*(const float16 *)(columns + k * count + j)) - (double)point[k];
            square[k] = difference * difference;
        }
        UNROLL
        for (size_t k = 0; k < 4; k++)
            if (k + 4 < depth) square[k] += square[k + 4];
        UNROLL
        for (size_t k = 0; k < 2; k++)
            if (k + 2 < depth) square[k] += square[k + 2];
        if (depth > 1) square[0] += square[1];
        *(double16 *)(distances + j) = square[0];
    }
}

static void squared_distances_few(
    const float *columns, const float *point, size_t count, size_t depth, double *distances) {
    switch (depth) {
        case 1: few_columns(columns, point, count, 1, distances); break;
        case 2: few_columns(columns, point, count, 2, distances); break;
        case 3: few_columns(columns, point, count, 3, distances); break;
        case 4: few_columns(columns, point, count, 4, distances); break;
        case 5: few_columns(columns, point, count, 5, distances); break;
        case 6: few_columns(columns, point, count, 6, distances); break;
        case 7: few_columns(columns, point, count, 7, distances); break;
        case 8: few_columns(columns, point, count, 8, distances); break;
    }
}

static void hamming_distances(
    const uint64_t *code, const uint64_t *codes, size_t words, size_t count, uint32_t *distances) {
    for (size_t i = 0; i < count; i++) {
        const uint64_t *other = codes + i * words;
        uint32_t sum = 0;
        for (size_t word = 0; word < words; word++) sum += (uint32_t)__builtin_popcountll(code[word] ^ other[word]);
        distances[i] = sum;
    }
}

// Distances of rows and packed columns: for each pair one chain over k in order. Four rows and a panel at a time, so that
// the sums stay in registers.
#define STEP_MANHATTAN(sum, x, y) (sum) + __builtin_elementwise_abs((x) - (y))
#define STEP_CHEBYSHEV(sum, x, y) __builtin_elementwise_max(sum, __builtin_elementwise_abs((x) - (y)))
#define STEP_DIFFERENT(sum, x, y) (sum) + ((x) != (y) ? (float16)(1.0f) : (float16)(0.0f))

#define TILE_DISTANCES(name, STEP) \
    INLINE void name( \
        const int rows, const float *a, const float *b, size_t depth, float scale, float *c, size_t c_stride, \
        size_t width) { \
        float16 sum[4][2]; \
        UNROLL for (int i = 0; i < rows; i++) sum[i][0] = sum[i][1] = (float16)(0.0f); \
        for (size_t k = 0; k < depth; k++) { \
            float16 low = *(const float16 *)(b + k * KINDRED_PANEL); \
            float16 high = *(const float16 *)(b + k * KINDRED_PANEL + 16); \
            UNROLL for (int i = 0; i < rows; i++) { \
                float16 element = (float16)(a[i * depth + k]); \
                sum[i][0] = STEP(sum[i][0], element, low); \
                sum[i][1] = STEP(sum[i][1], element, high); \
            } \
        } \
        UNROLL for (int i = 0; i < rows; i++) { \
            store16(c + i * c_stride, sum[i][0] * scale, width); \
            if (width > 16) store16(c + i * c_stride + 16, sum[i][1] * scale, width - 16); \
        } \
    } \
    static void name##_tile( \
        const float *a, size_t rows, const float *packed, size_t columns, size_t depth, float scale, float *c, \
        size_t c_stride) { \
        for (size_t j = 0; j < columns; j += KINDRED_PANEL) { \
            const float *b = packed + j * depth; \
            size_t width = columns - j, i = 0; \
            for (; i + 4 <= rows; i += 4) name(4, a + i * depth, b, depth, scale, c + i * c_stride + j, c_stride, width); \
            for (; i < rows; i++) name(1, a + i * depth, b, depth, scale, c + i * c_stride + j, c_stride, width); \
        } \
    }

TILE_DISTANCES(manhattan, STEP_MANHATTAN)
TILE_DISTANCES(chebyshev, STEP_CHEBYSHEV)
TILE_DISTANCES(different, STEP_DIFFERENT)

static void tile_distances(
    int kind, const float *a, size_t rows, const float *packed, size_t columns, size_t depth, float scale, float *c,
    size_t c_stride) {
    switch (kind) {
        case KINDRED_TILE_MANHATTAN: manhattan_tile(a, rows, packed, columns, depth, scale, c, c_stride); break;
        case KINDRED_TILE_CHEBYSHEV: chebyshev_tile(a, rows, packed, columns, depth, scale, c, c_stride); break;
        case KINDRED_TILE_DIFFERENT: different_tile(a, rows, packed, columns, depth, scale, c, c_stride); break;
    }
}

static size_t differing(const float *a, const float *b, size_t count) {
    size_t found = 0;
    for (size_t j = 0; j < count; j++) found += a[j] != b[j];
    return found;
}
