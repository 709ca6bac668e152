#if defined(__x86_64__)

#include <immintrin.h>

#include "resample.h"

// Processors that multiply and add pairs of numbers of sixteen bits. A weight of 23 bits is w = 2048 · high + low: sums of
// both halves are whole numbers that wrap round, so the bytes are those of every other level.

#define TARGET __attribute__((target("avx2,avx512f,avx512bw,avx512vl,avx512vnni")))

int resample_has_avx512(void) {
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512vnni");
}

// Sixteen bytes of each of two rows, each twice.
TARGET INLINE __m512i two_rows(const uint8_t *first, const uint8_t *second) {
    const __m512i both = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)first));
    return _mm512_mask_broadcast_i32x4(both, 0xFF00, _mm_loadu_si128((const __m128i *)second));
}

// Three or four channels, four rows at a time, four original pixels at a time.
TARGET INLINE void four_rows(
    const uint8_t *source, size_t source_stride, size_t available, uint8_t *target, size_t target_stride,
    const kindred_weights *weights, const int channels) {
    const __m512i pairs = _mm512_broadcast_i64x4(_mm256_loadu_si256((const __m256i *)pixel_pairs[channels - 3]));
    const __m512i low_places = _mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1);
    const __m512i high_places = _mm512_setr_epi32(2, 2, 2, 2, 3, 3, 3, 3, 2, 2, 2, 2, 3, 3, 3, 3);
    const __m512i half = _mm512_set1_epi32(1 << (PRECISION - 1));
    for (uint32_t x = 0; x < weights->outputs; x++, target += channels) {
        const size_t first = (size_t)weights->firsts[x] * channels;
        const int count = weights->counts[x], blocks = (count + 3) / 4;
        if (first + 3 * source_stride + (size_t)(blocks - 1) * 4 * channels + 16 > available) {
            for (int row = 0; row < 4; row++)
                wide_pixel(
                    source + row * source_stride + first, weights->values + (size_t)x * weights->width, count,
                    target + row * target_stride, channels);
            continue;
        }
        const uint8_t *pixels = source + first;
        const int16_t *halves = weights->halves + (size_t)x * weights->width * 2;
        __m512i low[2] = {_mm512_setzero_si512(), _mm512_setzero_si512()}, high[2] = {low[0], low[0]};
        for (int block = 0; block < blocks; block++, pixels += 4 * channels, halves += 8) {
            const __m512i both = _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)halves));
            const __m512i lows = _mm512_permutexvar_epi32(low_places, both);
            const __m512i highs = _mm512_permutexvar_epi32(high_places, both);
            const __m512i upper = _mm512_shuffle_epi8(two_rows(pixels, pixels + source_stride), pairs);
            const __m512i lower =
                _mm512_shuffle_epi8(two_rows(pixels + 2 * source_stride, pixels + 3 * source_stride), pairs);
            low[0] = _mm512_dpwssd_epi32(low[0], upper, lows);
            high[0] = _mm512_dpwssd_epi32(high[0], upper, highs);
            low[1] = _mm512_dpwssd_epi32(low[1], lower, lows);
            high[1] = _mm512_dpwssd_epi32(high[1], lower, highs);
        }
        const __m512i upper = _mm512_add_epi32(low[0], _mm512_slli_epi32(high[0], 11));
        const __m512i lower = _mm512_add_epi32(low[1], _mm512_slli_epi32(high[1], 11));
        // A quarter for each row.
        __m512i sums = _mm512_add_epi32(
            _mm512_shuffle_i32x4(upper, lower, 0x88), _mm512_shuffle_i32x4(upper, lower, 0xDD));
        sums = _mm512_srai_epi32(_mm512_add_epi32(sums, half), PRECISION);
        const __m128i bytes = _mm512_cvtusepi32_epi8(_mm512_max_epi32(sums, _mm512_setzero_si512()));
        uint8_t rows[16];
        _mm_storeu_si128((__m128i *)rows, bytes);
        // A fourth byte is that of the next pixel, which comes later, but for the last of a row.
        const size_t size = x + 1 < weights->outputs ? 4 : (size_t)channels;
        for (int row = 0; row < 4; row++) {
            if (size == 4)
                memcpy(target + row * target_stride, rows + 4 * row, 4);
            else
                memcpy(target + row * target_stride, rows + 4 * row, (size_t)channels);
        }
    }
}

TARGET size_t resample_rows_avx512(const resample_rows *work) {
    if (work->channels < 3) return 0;
    size_t row = 0;
    for (; row + 4 <= work->rows; row += 4) {
        const uint8_t *source = work->source + row * work->source_stride;
        const size_t available = work->available - row * work->source_stride;
        uint8_t *target = work->target + row * work->target_stride;
        if (work->channels == 3)
            four_rows(source, work->source_stride, available, target, work->target_stride, work->weights, 3);
        else
            four_rows(source, work->source_stride, available, target, work->target_stride, work->weights, 4);
    }
    return row;
}

// Sums of sixteen places' pairs, as bytes in halves of sixteen bits.
TARGET INLINE __m512i rounded(__m512i low, __m512i high) {
    const __m512i sum = _mm512_add_epi32(low, _mm512_slli_epi32(high, 11));
    return _mm512_srai_epi32(_mm512_add_epi32(sum, _mm512_set1_epi32(1 << (PRECISION - 1))), PRECISION);
}

TARGET int resample_columns_avx512(
    const uint8_t *source, size_t stride, const int32_t *weights, int count, uint8_t *target) {
    enum { MOST_PAIRS = 128 };
    const int pairs = (count + 1) / 2;
    if (pairs > MOST_PAIRS) return 0;
    // The halves of two rows' weights side by side; a row that does not exist counts for nothing.
    int32_t lows[MOST_PAIRS], highs[MOST_PAIRS];
    for (int pair = 0; pair < pairs; pair++) {
        const uint32_t first = (uint32_t)weights[2 * pair];
        const uint32_t second = 2 * pair + 1 < count ? (uint32_t)weights[2 * pair + 1] : 0;
        lows[pair] = (int32_t)((first & 2047) | (second & 2047) << 16);
        highs[pair] = (int32_t)(((uint32_t)((int32_t)first >> 11) & 0xFFFF) | (uint32_t)((int32_t)second >> 11) << 16);
    }
    const __m512i zero = _mm512_setzero_si512();
    for (size_t i = 0; i < stride; i += 64) {
        const __mmask64 kept = stride - i >= 64 ? ~0ull : (1ull << (stride - i)) - 1;
        __m512i low[4] = {zero, zero, zero, zero}, high[4] = {zero, zero, zero, zero};
        const uint8_t *from = source + i;
        for (int pair = 0; pair < pairs; pair++, from += 2 * stride) {
            const __m512i first = _mm512_maskz_loadu_epi8(kept, from);
            const __m512i second = 2 * pair + 1 < count ? _mm512_maskz_loadu_epi8(kept, from + stride) : zero;
            const __m512i left = _mm512_unpacklo_epi8(first, second), right = _mm512_unpackhi_epi8(first, second);
            const __m512i places[4] = {
                _mm512_unpacklo_epi8(left, zero), _mm512_unpackhi_epi8(left, zero), _mm512_unpacklo_epi8(right, zero),
                _mm512_unpackhi_epi8(right, zero)};
            const __m512i small = _mm512_set1_epi32(lows[pair]), large = _mm512_set1_epi32(highs[pair]);
#pragma clang loop unroll(full)
            for (int part = 0; part < 4; part++) {
                low[part] = _mm512_dpwssd_epi32(low[part], places[part], small);
                high[part] = _mm512_dpwssd_epi32(high[part], places[part], large);
            }
        }
        // Packing undoes the order of unpacking.
        const __m512i left = _mm512_packs_epi32(rounded(low[0], high[0]), rounded(low[1], high[1]));
        const __m512i right = _mm512_packs_epi32(rounded(low[2], high[2]), rounded(low[3], high[3]));
        _mm512_mask_storeu_epi8(target + i, kept, _mm512_packus_epi16(left, right));
    }
    return 1;
}

#endif
