// What the forms of a resize's two passes share: sums of bytes times integer weights, the same whole numbers at every level.

#ifndef KINDRED_RESAMPLE_H
#define KINDRED_RESAMPLE_H

#include <string.h>

#include "CImageCodecs.h"

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

// Rows `source_stride` bytes apart become rows `target_stride` bytes apart.
typedef struct {
    const uint8_t *source;
    size_t source_stride;
    size_t available; // bytes that may be read from `source` on
    size_t rows;
    uint8_t *target;
    size_t target_stride;
    uint32_t channels;
    const kindred_weights *weights;
} resample_rows;

#if defined(__x86_64__)
// Which of sixteen bytes make two pixels' numbers of sixteen bits side by side for each channel, for three channels and for
// four: in the first half the first and second pixel, in the other half the third and fourth.
static const int8_t pixel_pairs[2][32] = {
    {0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1, 6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1},
    {0, -1, 4, -1, 1, -1, 5, -1, 2, -1, 6, -1, 3, -1, 7, -1, 8, -1, 12, -1, 9, -1, 13, -1, 10, -1, 14, -1, 11, -1, 15, -1},
};

int resample_has_avx512(void);
// As many of the first rows as the form takes at a time; gives their number.
size_t resample_rows_avx512(const resample_rows *work);
// Whether there are not too many rows for the form.
int resample_columns_avx512(
    const uint8_t *source, size_t stride, const int32_t *weights, int count, uint8_t *target);
#endif

#endif
