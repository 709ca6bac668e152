#include <string.h>

#include "CImageCodecs.h"

// The two passes of a resize: sums of bytes times integer weights, the same whole numbers at every level.
//
// Each is written once with vectors of fixed width; compiled for AVX2 they are registers, otherwise halves of them.

#define PRECISION 22
#define INLINE static inline __attribute__((always_inline))

typedef int32_t int32x4 __attribute__((vector_size(16)));
typedef int32_t int32x8 __attribute__((vector_size(32)));
typedef uint8_t uint8x4 __attribute__((vector_size(4)));
typedef uint8_t uint8x8 __attribute__((vector_size(8)));

INLINE uint8_t clip(int32_t sum) {
    sum >>= PRECISION;
    return (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
}

// One or two channels: a plain dot product.
INLINE void narrow_pixel(
    const uint8_t *source, const int32_t *weights, int count, uint8_t *target, const int channels) {
    for (int c = 0; c < channels; c++) {
        int32_t sum = 1 << (PRECISION - 1);
        for (int k = 0; k < count; k++) sum += source[k * channels + c] * weights[k];
        target[c] = clip(sum);
    }
}

// Three or four channels: all of them at once. Three are read with a fourth that is dropped, except at the end.
INLINE void wide_pixel(
    const uint8_t *source, const int32_t *weights, int count, uint8_t *target, const int channels) {
    int32x4 sums = {1 << (PRECISION - 1), 1 << (PRECISION - 1), 1 << (PRECISION - 1), 1 << (PRECISION - 1)};
    uint8x4 pixel = {0};
    int k = 0;
    for (; k + 1 < count; k++) {
        memcpy(&pixel, source + k * channels, 4);
        sums += __builtin_convertvector(pixel, int32x4) * weights[k];
    }
    if (k < count) {
        pixel = (uint8x4){0};
        memcpy(&pixel, source + k * channels, (size_t)channels);
        sums += __builtin_convertvector(pixel, int32x4) * weights[k];
    }
    for (int c = 0; c < channels; c++) target[c] = clip(sums[c]);
}

INLINE void resample_row(
    const uint8_t *source, uint8_t *target, uint32_t channels, const kindred_weights *weights) {
    for (uint32_t x = 0; x < weights->outputs; x++, target += channels) {
        const uint8_t *start = source + (size_t)weights->firsts[x] * channels;
        const int32_t *values = weights->values + (size_t)x * weights->width;
        const int count = weights->counts[x];
        switch (channels) {
            case 1: narrow_pixel(start, values, count, target, 1); break;
            case 2: narrow_pixel(start, values, count, target, 2); break;
            case 3: wide_pixel(start, values, count, target, 3); break;
            default: wide_pixel(start, values, count, target, 4); break;
        }
    }
}

INLINE void add_eight(int32x8 *sums, const uint8_t *source, int32_t weight) {
    uint8x8 bytes;
    memcpy(&bytes, source, 8);
    *sums += __builtin_convertvector(bytes, int32x8) * weight;
}

INLINE void resample_columns(
    const uint8_t *source, size_t stride, const int32_t *weights, int count, uint8_t *target) {
    const int32x8 half = (int32x8){0} + (1 << (PRECISION - 1));
    size_t i = 0;
    for (; i + 32 <= stride; i += 32) {
        int32x8 a = half, b = half, c = half, d = half;
        const uint8_t *from = source + i;
        for (int k = 0; k < count; k++, from += stride) {
            add_eight(&a, from, weights[k]);
            add_eight(&b, from + 8, weights[k]);
            add_eight(&c, from + 16, weights[k]);
            add_eight(&d, from + 24, weights[k]);
        }
        for (int j = 0; j < 8; j++) {
            target[i + j] = clip(a[j]);
            target[i + 8 + j] = clip(b[j]);
            target[i + 16 + j] = clip(c[j]);
            target[i + 24 + j] = clip(d[j]);
        }
    }
    for (; i < stride; i++) {
        int32_t sum = 1 << (PRECISION - 1);
        for (int k = 0; k < count; k++) sum += source[(size_t)k * stride + i] * weights[k];
        target[i] = clip(sum);
    }
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void resample_row_avx2(
    const uint8_t *source, uint8_t *target, uint32_t channels, const kindred_weights *weights) {
    resample_row(source, target, channels, weights);
}

__attribute__((target("avx2"))) static void resample_columns_avx2(
    const uint8_t *source, size_t stride, const int32_t *weights, int count, uint8_t *target) {
    resample_columns(source, stride, weights, count, target);
}
#endif

int kindred_resample_best_level(void) {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") ? 1 : 0;
#else
    return 0;
#endif
}

void kindred_resample_row(
    const uint8_t *source, uint8_t *target, uint32_t channels, const kindred_weights *weights, int level) {
#if defined(__x86_64__)
    if (level > 0) {
        resample_row_avx2(source, target, channels, weights);
        return;
    }
#endif
    resample_row(source, target, channels, weights);
}

void kindred_resample_columns(
    const uint8_t *source, size_t stride, const int32_t *weights, int count, uint8_t *target, int level) {
#if defined(__x86_64__)
    if (level > 0) {
        resample_columns_avx2(source, stride, weights, count, target);
        return;
    }
#endif
    resample_columns(source, stride, weights, count, target);
}
