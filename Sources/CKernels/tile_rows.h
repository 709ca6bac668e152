// A row of a micro-tile between memory and registers. The last columns may be fewer than the row's vectors: those that
// are not there are neither read nor written.

static inline __attribute__((always_inline)) void load_row(
    VECTOR *row, const int vectors, const float *source, size_t width) {
    if (width == (size_t)vectors * LANES) {
        __builtin_memcpy(row, source, vectors * sizeof(VECTOR));
    } else {
        float line[WIDTH * LANES] = {0};
        __builtin_memcpy(line, source, width * sizeof(float));
        __builtin_memcpy(row, line, sizeof(line));
    }
}

static inline __attribute__((always_inline)) void store_row(
    const VECTOR *row, const int vectors, float *target, size_t width) {
    if (width == (size_t)vectors * LANES) {
        __builtin_memcpy(target, row, vectors * sizeof(VECTOR));
    } else {
        float line[WIDTH * LANES];
        __builtin_memcpy(line, row, vectors * sizeof(VECTOR));
        __builtin_memcpy(target, line, width * sizeof(float));
    }
}
