// Chooses the SIMD level once and sends each call to its function.
#include "levels.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static _Atomic(const kindred_kernels *) chosen;
static atomic_int level = -1;

int kindred_simd_available(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("fma") || !__builtin_cpu_supports("avx2")) return KINDRED_SIMD_SCALAR;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vl"))
        return KINDRED_SIMD_AVX512;
    return KINDRED_SIMD_AVX2;
#else
    return KINDRED_SIMD_SCALAR;
#endif
}

int kindred_simd_choose(int wanted) {
    int available = kindred_simd_available();
    int now = wanted < available ? wanted : available;
    const kindred_kernels *kernels = &kindred_kernels_scalar;
#if defined(__x86_64__)
    if (now == KINDRED_SIMD_AVX2) kernels = &kindred_kernels_avx2;
    if (now == KINDRED_SIMD_AVX512) kernels = &kindred_kernels_avx512;
#endif
    atomic_store(&level, now);
    atomic_store(&chosen, kernels);
    return now;
}

static const kindred_kernels *choose_default(void) {
    const char *name = getenv("KINDRED_SIMD");
    int wanted = KINDRED_SIMD_AVX512;
    if (name && !strcmp(name, "scalar")) wanted = KINDRED_SIMD_SCALAR;
    if (name && !strcmp(name, "avx2")) wanted = KINDRED_SIMD_AVX2;
    kindred_simd_choose(wanted);
    return atomic_load(&chosen);
}

static inline const kindred_kernels *kernels(void) {
    const kindred_kernels *now = atomic_load_explicit(&chosen, memory_order_acquire);
    return now ? now : choose_default();
}

int kindred_simd_level(void) {
    kernels();
    return atomic_load(&level);
}

size_t kindred_packed_size(size_t count, size_t depth) {
    return (count + KINDRED_PANEL - 1) / KINDRED_PANEL * KINDRED_PANEL * depth;
}

void kindred_pack(
    const float *source, size_t count, size_t depth, size_t vector_stride, size_t depth_stride, size_t first_panel,
    size_t last_panel, float *packed) {
    for (size_t panel = first_panel; panel < last_panel; panel++) {
        size_t first = panel * KINDRED_PANEL;
        size_t width = count - first < KINDRED_PANEL ? count - first : KINDRED_PANEL;
        float *target = packed + first * depth;
        if (width < KINDRED_PANEL) memset(target, 0, sizeof(float) * KINDRED_PANEL * depth);
        if (vector_stride == 1) {
            for (size_t k = 0; k < depth; k++)
                memcpy(target + k * KINDRED_PANEL, source + first + k * depth_stride, sizeof(float) * width);
            continue;
        }
        // Eight steps of depth at a time, so that each cache line of the source is read once.
        for (size_t start = 0; start < depth; start += 8) {
            size_t end = start + 8 < depth ? start + 8 : depth;
            for (size_t j = 0; j < width; j++) {
                const float *vector = source + (first + j) * vector_stride;
                for (size_t k = start; k < end; k++) target[k * KINDRED_PANEL + j] = vector[k * depth_stride];
            }
        }
    }
}

void kindred_product(
    const float *a, size_t rows, size_t a_stride, const float *packed, size_t columns, size_t depth, float *c,
    size_t c_stride) {
    kernels()->product(a, rows, a_stride, packed, columns, depth, c, c_stride);
}

void kindred_row_products(const float *row, const float *vectors, size_t depth, float *products) {
    kernels()->row_products(row, vectors, depth, products);
}

void kindred_row_products_i8(const int8_t *row, const float *vectors, size_t depth, float *products) {
    kernels()->row_products_i8(row, vectors, depth, products);
}

void kindred_row_argmin2(
    const float *dots, const float *offset, size_t count, int32_t first, kindred_argmin2 *state) {
    kernels()->row_argmin2(dots, offset, count, first, state);
}

size_t kindred_row_squared_distances(
    float *dots, float row_norm, const float *column_norms, size_t count, float relative, uint64_t *small) {
    return kernels()->row_squared_distances(dots, row_norm, column_norms, count, relative, small);
}

void kindred_row_square_root(float *values, size_t count) { kernels()->row_square_root(values, count); }

size_t kindred_row_at_most(const float *values, size_t count, float limit, uint64_t *below) {
    return kernels()->row_at_most(values, count, limit, below);
}

size_t kindred_row_other_labels(const int32_t *labels, size_t count, int32_t label, uint64_t *different) {
    return kernels()->row_other_labels(labels, count, label, different);
}

double kindred_sum(const float *values, size_t count) { return kernels()->sum(values, count); }

double kindred_squared_norm(const float *values, size_t count) { return kernels()->squared_norm(values, count); }

double kindred_dot(const float *a, const float *b, size_t count) { return kernels()->dot(a, b, count); }

double kindred_squared_distance(const float *a, const float *b, size_t count) {
    return kernels()->squared_distance(a, b, count);
}

void kindred_accumulate(double *sum, const float *values, double weight, size_t count) {
    kernels()->accumulate(sum, values, weight, count);
}

void kindred_subtract(float *target, const float *values, const double *shift, size_t count) {
    kernels()->subtract(target, values, shift, count);
}
