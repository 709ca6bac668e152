#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "resample.h"

// Each pass is written once with vectors of fixed width; compiled for AVX2 they are registers, otherwise halves of them.

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
// Three or four channels, four original pixels at a time. A weight of 23 bits is w = 2048 · high + low, and products of
// numbers of 16 bits are added in pairs: the same sums, as whole numbers that wrap round.
__attribute__((target("avx2"))) INLINE void wide_row_avx2(
    const uint8_t *source, size_t available, uint8_t *target, const kindred_weights *weights, const int channels) {
    const __m256i pairs = _mm256_loadu_si256((const __m256i *)pixel_pairs[channels - 3]);
    const __m256i low_places = _mm256_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1);
    const __m256i high_places = _mm256_setr_epi32(2, 2, 2, 2, 3, 3, 3, 3);
    for (uint32_t x = 0; x < weights->outputs; x++, target += channels) {
        const size_t first = (size_t)weights->firsts[x] * channels;
        const int count = weights->counts[x], blocks = (count + 3) / 4;
        if (first + (size_t)(blocks - 1) * 4 * channels + 16 > available) {
            wide_pixel(source + first, weights->values + (size_t)x * weights->width, count, target, channels);
            continue;
        }
        const uint8_t *pixels = source + first;
        const int16_t *halves = weights->halves + (size_t)x * weights->width * 2;
        __m256i low = _mm256_setzero_si256(), high = low;
        for (int block = 0; block < blocks; block++, pixels += 4 * channels, halves += 8) {
            const __m256i bytes = _mm256_shuffle_epi8(
                _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)pixels)), pairs);
            const __m256i both = _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)halves));
            low = _mm256_add_epi32(low, _mm256_madd_epi16(bytes, _mm256_permutevar8x32_epi32(both, low_places)));
            high = _mm256_add_epi32(high, _mm256_madd_epi16(bytes, _mm256_permutevar8x32_epi32(both, high_places)));
        }
        const __m256i sums = _mm256_add_epi32(low, _mm256_slli_epi32(high, 11));
        __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
        sum = _mm_srai_epi32(_mm_add_epi32(sum, _mm_set1_epi32(1 << (PRECISION - 1))), PRECISION);
        sum = _mm_packus_epi16(_mm_packs_epi32(sum, sum), sum);
        const int32_t four = _mm_cvtsi128_si32(sum);
        memcpy(target, &four, (size_t)channels);
    }
}

__attribute__((target("avx2"))) static void resample_row_avx2(
    const uint8_t *source, size_t available, uint8_t *target, uint32_t channels, const kindred_weights *weights) {
    switch (channels) {
        case 3: wide_row_avx2(source, available, target, weights, 3); break;
        case 4: wide_row_avx2(source, available, target, weights, 4); break;
        default: resample_row(source, target, channels, weights);
    }
}

__attribute__((target("avx2"))) static void resample_columns_avx2(
    const uint8_t *source, size_t stride, const int32_t *weights, int count, uint8_t *target) {
    resample_columns(source, stride, weights, count, target);
}
#endif

int kindred_resample_best_level(void) {
#if defined(__x86_64__)
    return !__builtin_cpu_supports("avx2") ? 0 : resample_has_avx512() ? 2 : 1;
#else
    return 0;
#endif
}

void kindred_resample_rows(
    const uint8_t *source, size_t source_stride, size_t available, size_t rows, uint8_t *target, size_t target_stride,
    uint32_t channels, const kindred_weights *weights, int level) {
    size_t row = 0;
#if defined(__x86_64__)
    const resample_rows work = {source, source_stride, available, rows, target, target_stride, channels, weights};
    if (level > 1) row = resample_rows_avx512(&work);
    if (level > 0)
        for (; row < rows; row++)
            resample_row_avx2(
                source + row * source_stride, available - row * source_stride, target + row * target_stride, channels,
                weights);
#endif
    for (; row < rows; row++)
        resample_row(source + row * source_stride, target + row * target_stride, channels, weights);
}

void kindred_resample_columns(
    const uint8_t *source, size_t stride, const int32_t *weights, int count, uint8_t *target, int level) {
#if defined(__x86_64__)
    if (level > 1 && resample_columns_avx512(source, stride, weights, count, target)) return;
    if (level > 0) {
        resample_columns_avx2(source, stride, weights, count, target);
        return;
    }
#endif
    resample_columns(source, stride, weights, count, target);
}
