// Epilogues of one row of products.

// Products of rows with eight vectors. Rows come from anywhere, so they are asked for well ahead.
static void row_products(
    const float *rows, const int32_t *indices, size_t count, const float *vectors, size_t depth, float *products,
    size_t stride) {
    enum { AHEAD = 4 };
    for (size_t i = 0; i < count; i++) {
        if (i + AHEAD < count) {
            const float *next = rows + (size_t)indices[i + AHEAD] * depth;
            for (size_t k = 0; k < depth && k < 1024; k += 16) __builtin_prefetch(next + k);
        }
        const float *row = rows + (size_t)indices[i] * depth;
        float16 sum[KINDRED_FEW];
        UNROLL
        for (int v = 0; v < KINDRED_FEW; v++) sum[v] = (float16)(0.0f);
        size_t k = 0;
        for (; k + 16 <= depth; k += 16) {
            float16 element = load16(row + k, 16, 0);
            UNROLL
            for (int v = 0; v < KINDRED_FEW; v++)
                sum[v] = __builtin_elementwise_fma(element, *(const float16 *)(vectors + v * depth + k), sum[v]);
        }
        if (k < depth) {
            float16 element = load16(row + k, depth - k, 0);
            for (int v = 0; v < KINDRED_FEW; v++)
                sum[v] =
                    __builtin_elementwise_fma(element, load16(vectors + v * depth + k, depth - k, 0), sum[v]);
        }
        UNROLL
        for (int v = 0; v < KINDRED_FEW; v++) products[i * stride + v] = fold16f(sum[v]);
    }
}

static void row_argmin2(
    const float *dots, const float *offset, size_t count, int32_t first, kindred_argmin2 *state) {
    const float infinity = __builtin_inff();
    float16 best = (float16)(infinity), second = (float16)(infinity);
    int16 index = (int16)(INT32_MAX);
    int16 column = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    column += first;
    for (size_t j = 0; j < count; j += 16) {
        float16 score = load16(offset + j, count - j, infinity) - load16(dots + j, count - j, 0);
        int16 smaller = score < best;
        float16 larger = smaller ? best : score;
        second = larger < second ? larger : second;
        best = smaller ? score : best;
        index = smaller ? column : index;
        column += 16;
    }
    // The better of lanes eight apart, then four, two and one: the lower index among equals, and what is second of both.
#define FOLD(...) \
    { \
        float16 other = __builtin_shufflevector(best, best, __VA_ARGS__); \
        float16 others_second = __builtin_shufflevector(second, second, __VA_ARGS__); \
        int16 others_index = __builtin_shufflevector(index, index, __VA_ARGS__); \
        int16 better = (other < best) | ((other == best) & (others_index < index)); \
        float16 worse = better ? best : other; \
        second = others_second < second ? others_second : second; \
        second = worse < second ? worse : second; \
        best = better ? other : best; \
        index = better ? others_index : index; \
    }
    FOLD(8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7)
    FOLD(4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11)
    FOLD(2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)
    FOLD(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14)
#undef FOLD
    float value = best[0], next = second[0];
    if (value < state->best || (value == state->best && index[0] < state->index)) {
        float old = state->best;
        state->best = value;
        state->index = index[0];
        value = old;
    }
    if (value < state->second) state->second = value;
    if (next < state->second) state->second = next;
}

static size_t row_squared_distances(
    float *dots, float row_norm, const float *column_norms, size_t count, float relative, uint64_t *small) {
    size_t found = 0;
    for (size_t word = 0; word * 64 < count; word++) {
        uint64_t bits = 0;
        for (size_t part = 0; part < 4; part++) {
            size_t j = word * 64 + part * 16;
            if (j >= count) break;
            size_t rest = count - j;
            float16 norms = load16(column_norms + j, rest, 0) + row_norm;
            float16 twice = load16(dots + j, rest, 0) * 2.0f;
            float16 distance = norms - twice;
            int16 lost = distance < norms * relative;
            distance = distance < 0.0f ? (float16)(0.0f) : distance;
            if (rest >= 16) {
                *(float16 *)(dots + j) = distance;
                bits |= bits16(lost) << (part * 16);
            } else {
                __builtin_memcpy(dots + j, &distance, rest * sizeof(float));
                bits |= (bits16(lost) & ((1u << rest) - 1)) << (part * 16);
            }
        }
        small[word] = bits;
        found += (size_t)__builtin_popcountll(bits);
    }
    return found;
}

static void row_square_root(float *values, size_t count) {
    size_t j = 0;
    for (; j + 16 <= count; j += 16) *(float16 *)(values + j) = __builtin_elementwise_sqrt(*(float16 *)(values + j));
    for (; j < count; j++) values[j] = __builtin_sqrtf(values[j]);
}

static size_t row_at_most(const float *values, size_t count, float limit, uint64_t *below) {
    size_t found = 0;
    for (size_t word = 0; word * 64 < count; word++) {
        uint64_t bits = 0;
        for (size_t part = 0; part < 4; part++) {
            size_t j = word * 64 + part * 16;
            if (j >= count) break;
            size_t rest = count - j;
            uint64_t mask = bits16(load16(values + j, rest, 0) <= limit);
            if (rest < 16) mask &= (1u << rest) - 1;
            bits |= mask << (part * 16);
        }
        below[word] = bits;
        found += (size_t)__builtin_popcountll(bits);
    }
    return found;
}

static size_t row_other_labels(const int32_t *labels, size_t count, int32_t label, uint64_t *different) {
    size_t found = 0;
    for (size_t word = 0; word * 64 < count; word++) {
        uint64_t bits = 0;
        size_t end = count - word * 64 < 64 ? count - word * 64 : 64;
        size_t j = 0;
        for (; j + 16 <= end; j += 16) {
            int16 other = *(const int16 *)(labels + word * 64 + j);
            bits |= bits16((other != label) & (other >= 0)) << j;
        }
        for (; j < end; j++) {
            int32_t other = labels[word * 64 + j];
            bits |= (uint64_t)(other != label && other >= 0) << j;
        }
        different[word] = bits;
        found += (size_t)__builtin_popcountll(bits);
    }
    return found;
}

static int32_t row_argmin(const float *values, size_t count, float *smallest) {
    const float infinity = __builtin_inff();
    float16 best = (float16)(infinity);
    int16 index = (int16)(INT32_MAX);
    int16 column = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    size_t j = 0;
    for (; j + 16 <= count; j += 16) {
        float16 value = *(const float16 *)(values + j);
        int16 smaller = value < best;
        best = smaller ? value : best;
        index = smaller ? column : index;
        column += 16;
    }
    float least = infinity;
    int32_t place = -1;
    for (int lane = 0; lane < 16; lane++) {
        if (index[lane] == INT32_MAX) continue;
        if (place < 0 || best[lane] < least || (best[lane] == least && index[lane] < place)) {
            least = best[lane];
            place = index[lane];
        }
    }
    for (; j < count; j++) {
        if (values[j] < least) {
            least = values[j];
            place = (int32_t)j;
        }
    }
    // Nothing but infinity: the first of them.
    for (j = 0; place < 0 && j < count; j++)
        if (values[j] == infinity) place = (int32_t)j;
    *smallest = least;
    return place;
}

// Takes those of sixteen values in that are among the smallest so far; the first belongs to index `first`.
INLINE void keep_smallest(
    float16 value, size_t rest, int32_t first, size_t kept, float *best, int32_t *indices) {
    uint64_t bits = bits16(value <= best[kept - 1]);
    if (rest < 16) bits &= (1u << rest) - 1;
    for (; bits; bits &= bits - 1) {
        int lane = __builtin_ctzll(bits);
        float candidate = value[lane];
        int32_t index = first + lane;
        size_t place = kept;
        while (place > 0
            && (candidate < best[place - 1] || (candidate == best[place - 1] && index < indices[place - 1]))) {
            if (place < kept) {
                best[place] = best[place - 1];
                indices[place] = indices[place - 1];
            }
            place--;
        }
        if (place == kept) continue;
        best[place] = candidate;
        indices[place] = index;
    }
}

// Costs are divided only where one may be kept.
static void row_nearest_merges(
    const float *dots, float row_norm, float row_term, const float *column_norms, const float *column_terms,
    size_t count, int32_t first, size_t kept, float *best, int32_t *indices) {
    if (kept == 0) return;
    for (size_t j = 0; j < count; j += 16) {
        size_t rest = count - j;
        float16 twice = load16(dots + j, rest, 0) * 2.0f;
        float16 distance = load16(column_norms + j, rest, __builtin_inff()) + row_norm - twice;
        distance = distance < 0.0f ? (float16)(0.0f) : distance;
        float16 terms = load16(column_terms + j, rest, 1) + row_term;
        if (bits16(distance <= best[kept - 1] * terms))
            keep_smallest(distance / terms, rest, first + (int32_t)j, kept, best, indices);
    }
}

static void row_smallest(
    const float *values, float sign, size_t count, int32_t first, size_t kept, float *best, int32_t *indices) {
    if (kept == 0) return;
    for (size_t j = 0; j < count; j += 16)
        keep_smallest(load16(values + j, count - j, 0) * sign, count - j, first + (int32_t)j, kept, best, indices);
}

static void row_nearest(
    const float *dots, float row_norm, const float *column_norms, size_t count, int32_t first, size_t kept,
    float *best, int32_t *indices) {
    if (kept == 0) return;
    for (size_t j = 0; j < count; j += 16) {
        float16 norms = load16(column_norms + j, count - j, 0) + row_norm;
        float16 twice = load16(dots + j, count - j, 0) * 2.0f;
        keep_smallest(norms - twice, count - j, first + (int32_t)j, kept, best, indices);
    }
}

static size_t row_below_limits(
    const float *dots, float row_norm, const float *column_norms, const float *cores, float core, float limit,
    const float *limits, size_t count, uint64_t *below) {
    size_t found = 0;
    for (size_t word = 0; word * 64 < count; word++) {
        uint64_t bits = 0;
        for (size_t part = 0; part < 4; part++) {
            size_t j = word * 64 + part * 16;
            if (j >= count) break;
            size_t rest = count - j;
            float16 norms = load16(column_norms + j, rest, 0) + row_norm;
            float16 distance = norms - load16(dots + j, rest, 0) * 2.0f;
            float16 larger = load16(cores + j, rest, 0);
            larger = larger > core ? larger : (float16)(core);
            float16 most = load16(limits + j, rest, 0);
            most = most > limit ? most : (float16)(limit);
            uint64_t mask = bits16((distance < most) & (larger < most));
            if (rest < 16) mask &= (1u << rest) - 1;
            bits |= mask << (part * 16);
        }
        below[word] = bits;
        found += (size_t)__builtin_popcountll(bits);
    }
    return found;
}

static size_t row_within(
    const float *dots, float row_norm, const float *column_norms, size_t count, float low, float high,
    uint64_t *within, uint64_t *unsure) {
    size_t found = 0;
    for (size_t word = 0; word * 64 < count; word++) {
        uint64_t possible = 0, certain = 0;
        for (size_t part = 0; part < 4; part++) {
            size_t j = word * 64 + part * 16;
            if (j >= count) break;
            size_t rest = count - j;
            float16 norms = load16(column_norms + j, rest, 0) + row_norm;
            float16 distance = norms - load16(dots + j, rest, 0) * 2.0f;
            uint64_t mask = rest < 16 ? (1u << rest) - 1 : 0xFFFF;
            possible |= (bits16(distance <= high) & mask) << (part * 16);
            certain |= (bits16(distance <= low) & mask) << (part * 16);
        }
        within[word] = possible;
        unsure[word] = possible & ~certain;
        found += (size_t)__builtin_popcountll(possible);
    }
    return found;
}
