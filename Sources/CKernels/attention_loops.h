// A tile of queries of one head against a block of keys: packing, weights, and weighted sums of values.

// Four perfect shuffles of sixteen rows transpose them.
INLINE void transpose16(float16 rows[16]) {
    UNROLL for (int stage = 0; stage < 4; stage++) {
        float16 next[16];
        UNROLL for (int i = 0; i < 8; i++) {
            next[2 * i] = __builtin_shufflevector(
                rows[i], rows[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
            next[2 * i + 1] = __builtin_shufflevector(
                rows[i], rows[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        }
        UNROLL for (int i = 0; i < 16; i++) rows[i] = next[i];
    }
}

// From `place` on, sixteen floats times `scale`, or, where marks are given, 0 for those that are 1 and −∞ for others. Heads
// of a token lie side by side and tokens far apart: what the next head needs, `ahead` floats on, is asked for meanwhile.
INLINE float16 packed16(
    const float *values, const uint8_t *marks, size_t place, size_t rest, float scale, size_t ahead) {
    if (!marks) {
        __builtin_prefetch(values + place + ahead);
        return load16(values + place, rest, 0) * scale;
    }
    char16 kept = 0;
    __builtin_memcpy(&kept, marks + place, rest < 16 ? rest : 16);
    return __builtin_convertvector(kept, int16) != 0 ? ALL(0.0f) : ALL(-__builtin_inff());
}

INLINE void pack_rows(
    const float *values, const uint8_t *marks, size_t count, size_t stride, size_t depth, float scale,
    float *packed) {
    for (size_t first = 0; first < KINDRED_PANEL; first += 16) {
        size_t height = first >= count ? 0 : count - first < 16 ? count - first : 16;
        for (size_t k = 0; k < depth; k += 16) {
            float16 rows[16];
            if (height == 16)
                UNROLL for (int i = 0; i < 16; i++)
                    rows[i] = packed16(values, marks, (first + i) * stride + k, depth - k, scale, depth);
            else
                UNROLL for (int i = 0; i < 16; i++)
                    rows[i] = (size_t)i < height
                        ? packed16(values, marks, (first + i) * stride + k, depth - k, scale, depth) : ALL(0.0f);
            transpose16(rows);
            float *target = packed + k * KINDRED_PANEL + first;
            size_t width = depth - k < 16 ? depth - k : 16;
            if (width == 16)
                UNROLL for (int i = 0; i < 16; i++) *(float16 *)(target + i * KINDRED_PANEL) = rows[i];
            else
                for (size_t i = 0; i < width; i++) *(float16 *)(target + i * KINDRED_PANEL) = rows[i];
        }
    }
}

static void attention_pack(
    const float *queries, size_t count, size_t stride, size_t depth, float scale, float *packed) {
    pack_rows(queries, 0, count, stride, depth, scale, packed);
}

static void attention_pack_marks(
    const uint8_t *kept, size_t count, size_t stride, size_t keys, float *packed) {
    pack_rows(0, kept, count, stride, keys, 1, packed);
}

// The scores of a key for sixteen queries of a tile, the first of which is number `first`, with all masks.
INLINE float16 seen_score16(float16 score, kindred_score_masks masks, size_t key, size_t first) {
    const int16 lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    if (masks.added) score += masks.added[key] * 1.44269504f;
    if (masks.pairs) score += *(const float16 *)(masks.pairs + key * KINDRED_PANEL + first);
    if (key >= masks.first_hidden + first) {
        int16 seen = lanes > (int32_t)(key - masks.first_hidden - first);
        score = seen ? score : ALL(-__builtin_inff());
    }
    return score;
}

INLINE int masks_any(kindred_score_masks masks, size_t keys) {
    return masks.added || masks.pairs || masks.first_hidden < keys;
}

// Sixteen of a tile's queries; `first` is the number of the first of them.
INLINE void weights16(
    const int any, float *scores, size_t keys, kindred_score_masks masks, float *state, size_t first) {
    const float infinity = __builtin_inff();
    float16 *largest_place = (float16 *)(state + first);
    float16 *sum_place = (float16 *)(state + KINDRED_PANEL + first);
    float16 *factor_place = (float16 *)(state + 2 * KINDRED_PANEL + first);
    float16 old = *largest_place;
    float16 best[4] = {old, old, old, old};
    for (size_t start = 0; start < keys; start += 4) {
        UNROLL for (size_t part = 0; part < 4; part++) {
            size_t key = start + part;
            if (key >= keys) break;
            float16 *place = (float16 *)(scores + key * KINDRED_PANEL);
            float16 score = *place;
            if (any) *place = score = seen_score16(score, masks, key, first);
            best[part] = score > best[part] ? score : best[part];
        }
    }
    float16 left = best[1] > best[0] ? best[1] : best[0], right = best[3] > best[2] ? best[3] : best[2];
    float16 largest = right > left ? right : left;
    // Where nothing has been seen yet, −∞ less −∞ must not become NaN.
    float16 shift = largest == -infinity ? ALL(0.0f) : largest;
    // Sums of sixteen keys are summed in turn: long sums lose less.
    float16 total = ALL(0.0f);
    for (size_t start = 0; start < keys; start += 16) {
        size_t end = keys - start < 16 ? keys : start + 16;
        float16 sum = ALL(0.0f);
        for (size_t key = start; key < end; key++) {
            float16 *place = (float16 *)(scores + key * KINDRED_PANEL);
            float16 weight = exp2_normal16(*place - shift);
            *place = weight;
            sum += weight;
        }
        total += sum;
    }
    float16 factor = exp2_normal16(old - shift);
    *largest_place = largest;
    *sum_place = FMA16(*sum_place, factor, total);
    *factor_place = factor;
}

static void attention_weights(float *scores, size_t keys, size_t count, kindred_score_masks masks, float *state) {
    const int any = masks_any(masks, keys);
    for (size_t first = 0; first < count; first += 16)
        if (any)
            weights16(1, scores + first, keys, masks, state, first);
        else
            weights16(0, scores + first, keys, masks, state, first);
}

INLINE void gradient16(
    const int any, float *scores, float *slopes, size_t keys, kindred_score_masks masks, const float *state,
    float scale, size_t first) {
    const float infinity = __builtin_inff();
    float16 largest = *(const float16 *)(state + first);
    float16 shift = largest == -infinity ? ALL(0.0f) : largest;
    float16 inverse = *(const float16 *)(state + KINDRED_PANEL + first);
    float16 mean = *(const float16 *)(state + 2 * KINDRED_PANEL + first);
    for (size_t key = 0; key < keys; key++) {
        float16 *place = (float16 *)(scores + key * KINDRED_PANEL);
        float16 *slope = (float16 *)(slopes + key * KINDRED_PANEL);
        float16 score = any ? seen_score16(*place, masks, key, first) : *place;
        float16 weight = exp2_normal16(score - shift) * inverse;
        *place = weight;
        *slope = weight * (*slope - mean) * scale;
    }
}

static void attention_gradient(
    float *scores, float *slopes, size_t keys, size_t count, kindred_score_masks masks, const float *state,
    float scale) {
    const int any = masks_any(masks, keys);
    for (size_t first = 0; first < count; first += 16)
        if (any)
            gradient16(1, scores + first, slopes + first, keys, masks, state, scale, first);
        else
            gradient16(0, scores + first, slopes + first, keys, masks, state, scale, first);
}

INLINE void values_tile(
    const int rows, const int vectors, const float *restrict weights, size_t keys, const float *restrict values,
    size_t stride, size_t ahead, const float *before, const float *after, float *restrict output, size_t output_stride,
    size_t width) {
    VECTOR sum[ROWS][WIDTH];
    UNROLL for (int i = 0; i < rows; i++) {
        if (!before) {
            UNROLL for (int v = 0; v < vectors; v++) sum[i][v] = (VECTOR)(0.0f);
        } else {
            load_row(sum[i], vectors, output + i * output_stride, width);
            UNROLL for (int v = 0; v < vectors; v++) sum[i][v] *= (VECTOR)(before[i]);
        }
    }
    for (size_t key = 0; key < keys; key++) {
        // The next head's, as above.
        UNROLL for (int j = 0; j < vectors * LANES; j += 16) __builtin_prefetch(values + key * stride + ahead + j);
        VECTOR line[WIDTH];
        __builtin_memcpy(line, values + key * stride, vectors * sizeof(VECTOR));
        UNROLL for (int i = 0; i < rows; i++) {
            VECTOR weight = (VECTOR)(weights[key * KINDRED_PANEL + i]);
            UNROLL for (int v = 0; v < vectors; v++) sum[i][v] = FMA(weight, line[v], sum[i][v]);
        }
    }
    UNROLL for (int i = 0; i < rows; i++) {
        if (after) UNROLL for (int v = 0; v < vectors; v++) sum[i][v] *= (VECTOR)(after[i]);
        store_row(sum[i], vectors, output + i * output_stride, width);
    }
}

#define VALUES_TILE_CASE(n) \
    case n: \
        if (n > ROWS) return; \
        if (width > LANES) \
            values_tile(n <= ROWS ? n : 1, WIDTH, weights, keys, values, stride, ahead, before, after, \
                output, output_stride, width); \
        else \
            values_tile(n <= ROWS ? n : 1, 1, weights, keys, values, stride, ahead, before, after, output, \
                output_stride, width); \
        return;

static void values_rows(
    size_t rows, const float *weights, size_t keys, const float *values, size_t stride, size_t ahead,
    const float *before, const float *after, float *output, size_t output_stride, size_t width) {
    switch (rows) {
        VALUES_TILE_CASE(1)
        VALUES_TILE_CASE(2)
        VALUES_TILE_CASE(3)
        VALUES_TILE_CASE(4)
        VALUES_TILE_CASE(5)
        VALUES_TILE_CASE(6)
        VALUES_TILE_CASE(7)
        VALUES_TILE_CASE(8)
        VALUES_TILE_CASE(9)
        VALUES_TILE_CASE(10)
        VALUES_TILE_CASE(11)
        VALUES_TILE_CASE(12)
        VALUES_TILE_CASE(13)
        VALUES_TILE_CASE(14)
    }
}

static void attention_values(
    const float *weights, size_t keys, size_t count, const float *values, size_t stride, size_t columns,
    const float *before, const float *after, float *output, size_t output_stride) {
    const size_t step = WIDTH * LANES;
    for (size_t j = 0; j < columns; j += step) {
        size_t width = columns - j < step ? columns - j : step;
        for (size_t i = 0; i < count; i += ROWS)
            values_rows(
                count - i < ROWS ? count - i : ROWS, weights + i, keys, values + j, stride, i == 0 ? columns : 0,
                before ? before + i : 0, after ? after + i : 0, output + i * output_stride + j, output_stride, width);
    }
}
