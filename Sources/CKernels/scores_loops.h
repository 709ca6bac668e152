// Rounding to whole numbers of sixteen bits, and bounds by scores, written once for every SIMD level. The scores themselves
// are in scores_product.h.

// A number is rounded by adding it to 1.5 · 2²³, whose last bits are then the whole number. Up to 32 numbers make up to 16
// pairs: one of the first half with one of the second.
// What rounding takes away, squared, is added to `lost` where that is wanted.
INLINE float16 pairs16(const float *values, const size_t count, float inverse, float16 *lost) {
    const float16 shift = (float16)(0x1.8p23f), factor = (float16)(inverse);
    const size_t half = (count + 1) / 2;
    const float16 first = load16(values, half, 0), second = load16(values + half, count - half, 0);
    float16 low = __builtin_elementwise_fma(first, factor, shift);
    float16 high = __builtin_elementwise_fma(second, factor, shift);
    if (lost) {
        float16 from_low = __builtin_elementwise_fma(first, factor, shift - low);
        float16 from_high = __builtin_elementwise_fma(second, factor, shift - high);
        *lost = __builtin_elementwise_fma(from_low, from_low, *lost);
        *lost = __builtin_elementwise_fma(from_high, from_high, *lost);
    }
    return (float16)(((int16)low & 0xFFFF) | ((int16)high << 16));
}

// The pairs of up to 16 rows, side by side.
INLINE void pack16(
    const float *const rows[16], const int height, size_t start, const size_t count, const float inverses[16],
    float16 *lost, size_t width, size_t lanes, int32_t *target) {
    float16 row[16];
    UNROLL
    for (int i = 0; i < 16; i++)
        row[i] = i < height ? pairs16(rows[i] + start, count, inverses[i], lost ? lost + i : 0) : (float16)(0.0f);
    transpose16(row);
    for (size_t j = 0; j < (count + 1) / 2; j++) {
        if (lanes == 16)
            *(float16 *)(target + j * width) = row[j];
        else
            __builtin_memcpy(target + j * width, &row[j], lanes * sizeof(int32_t));
    }
}

// Up to 16 rows, all their pairs.
INLINE void pack_rows16(
    const float *const rows[16], size_t height, size_t depth, const float inverses[16], float16 *lost, size_t width,
    size_t lanes, int32_t *target) {
    size_t k = 0;
    if (height == 16)
        for (; k + 32 <= depth; k += 32) pack16(rows, 16, k, 32, inverses, lost, width, 16, target + k / 2 * width);
    for (; k < depth; k += 32)
        pack16(
            rows, (int)height, k, depth - k < 32 ? depth - k : 32, inverses, lost, width, lanes, target + k / 2 * width);
}

// The rows from `place` on that stand in up to 16 lanes of a block.
INLINE size_t rows_of_lanes(
    const float *rows, const int32_t *indices, size_t count, size_t depth, size_t place, size_t lanes,
    const float *from[16]) {
    const size_t height = place >= count ? 0 : count - place < lanes ? count - place : lanes;
    for (size_t i = 0; i < height; i++) from[i] = rows + (indices ? (size_t)indices[place + i] : place + i) * depth;
    return height;
}

static float pack_pairs(
    const float *rows, const int32_t *indices, size_t count, size_t depth, float scale, size_t width,
    int32_t *packed) {
    if (!(scale >= 0x1p-100f && scale <= 0x1p100f)) return 0;
    // Rounded down, so that no number exceeds 32767.
    const float inverse = 1.0f / scale * (1 - 0x1p-22f);
    float inverses[16];
    for (int i = 0; i < 16; i++) inverses[i] = inverse;
    const size_t pairs = kindred_pair_count(depth);
    for (size_t first = 0; first < count; first += width) {
        for (size_t column = 0; column < width; column += 16) {
            const size_t lanes = width - column < 16 ? width - column : 16;
            const float *from[16];
            const size_t height = rows_of_lanes(rows, indices, count, depth, first + column, lanes, from);
            pack_rows16(from, height, depth, inverses, 0, width, lanes, packed + first * pairs + column);
        }
    }
    return 1.0f / inverse;
}

INLINE float largest_lane(float16 values) {
    float most = 0;
    for (int lane = 0; lane < 16; lane++) most = values[lane] > most ? values[lane] : most;
    return most;
}

INLINE float largest_magnitude(const float *values, size_t count) {
    float16 largest = (float16)(0.0f);
    for (size_t i = 0; i < count; i += 16) {
        float16 value = __builtin_elementwise_abs(load16(values + i, count - i, 0));
        largest = value > largest ? value : largest;
    }
    return largest_lane(largest);
}

static void round_pairs(
    const float *rows, const int32_t *indices, size_t count, size_t depth, size_t width, int32_t *packed,
    float *scales, float *lengths, float *residuals) {
    const size_t pairs = kindred_pair_count(depth);
    for (size_t first = 0; first < count; first += width) {
        for (size_t column = 0; column < width; column += 16) {
            const size_t lanes = width - column < 16 ? width - column : 16, place = first + column;
            const float *from[16];
            const size_t height = rows_of_lanes(rows, indices, count, depth, place, lanes, from);
            float inverses[16];
            float16 lost[16];
            for (size_t i = 0; i < height; i++) {
                const double length = __builtin_sqrt(squared_norm(from[i], depth)) * (1 + 0x1p-40);
                // Two rows' numbers give sums below 2³¹ where both are shorter than 46340, which leaves room for what
                // rounding adds.
                const double most = largest_magnitude(from[i], depth) / 32767.0, wide = length / 46100.0;
                const float unit = (float)((most > wide ? most : wide) * (1 + 0x1p-20));
                inverses[i] = unit >= 0x1p-100f && unit <= 0x1p100f ? 1.0f / unit : 0.0f;
                lengths[place + i] = (float)(length * (1 + 0x1p-22));
                lost[i] = (float16)(0.0f);
            }
            pack_rows16(from, height, depth, inverses, lost, width, lanes, packed + first * pairs + column);
            for (size_t i = 0; i < height; i++) {
                const int is_rounded = inverses[i] > 0;
                scales[place + i] = is_rounded ? 1.0f / inverses[i] : 0.0f;
                residuals[place + i] = is_rounded
                    ? __builtin_sqrtf(fold16f(lost[i])) * scales[place + i] * (1 + 0x1p-10f) : lengths[place + i];
            }
        }
    }
}

static float gather_largest(const float *values, const int32_t *indices, size_t count, float *gathered) {
    for (size_t i = 0; i < count; i++) gathered[i] = values[indices[i]];
    float16 largest = (float16)(0.0f);
    for (size_t i = 0; i < count; i += 16) {
        float16 value = load16(gathered + i, count - i, 0);
        largest = value > largest ? value : largest;
    }
    return largest_lane(largest);
}

static void score_bounds(
    const kindred_greatest2 *state, size_t count, const float *squares, float twice_unit, float slack,
    uint32_t tolerance, int32_t *nearest, float *upper, float *lower, uint64_t *doubtful) {
    typedef uint32_t unsigned16 __attribute__((ext_vector_type(16)));
    for (size_t word = 0; word < KINDRED_SCORED / 64; word++) doubtful[word] = 0;
    for (size_t i = 0; i < count; i += 16) {
        const size_t rest = count - i;
        int16 found = *(const int16 *)(state->best + i), next = *(const int16 *)(state->second + i);
        // The last bits are no part of the scores: what they were is left open on the safe side.
        int16 best = found & ~KINDRED_PLACE, second = next | KINDRED_PLACE;
        *(int16 *)(nearest + i) = *(const int16 *)(state->base + i) + KINDRED_PLACE - (found & KINDRED_PLACE);
        float16 square = load16(squares + i, rest, 0);
        float16 above = square - __builtin_convertvector(best, float16) * twice_unit + slack;
        float16 below = square - __builtin_convertvector(second, float16) * twice_unit - slack;
        above = __builtin_elementwise_sqrt(above > 0.0f ? above : (float16)(0.0f)) * (1 + 0x1p-22f);
        below = __builtin_elementwise_sqrt(below > 0.0f ? below : (float16)(0.0f)) * (1 - 0x1p-22f);
        below = next == INT32_MIN ? (float16)(__builtin_inff()) : below;
        store16(upper + i, above, rest);
        store16(lower + i, below, rest);
        unsigned16 ahead = (unsigned16)best - (unsigned16)(next & ~KINDRED_PLACE);
        uint64_t bits = bits16((int16)(ahead <= tolerance + KINDRED_PLACE));
        if (rest < 16) bits &= (1u << rest) - 1;
        doubtful[i / 64] |= bits << (i % 64);
    }
}

static size_t settle_rows(
    const int32_t *indices, size_t count, const int32_t *nearest, const float *upper, const float *lower,
    const uint64_t *doubtful, int32_t *labels, float *uppers, float *lowers, int32_t *changed, int32_t *previous) {
    size_t found = 0;
    if (count == 0) return found;
    const int adjoin = (size_t)(indices[count - 1] - indices[0]) == count - 1;
    if (adjoin && uppers) {
        __builtin_memcpy(uppers + indices[0], upper, count * sizeof(float));
        __builtin_memcpy(lowers + indices[0], lower, count * sizeof(float));
    }
    for (size_t first = 0; first < count; first += 64) {
        const size_t end = count - first < 64 ? count : first + 64;
        uint64_t open = doubtful[first / 64];
        for (size_t i = first; i < end; i++, open >>= 1) {
            const int32_t row = indices[i], label = labels[row];
            if (!adjoin && uppers) {
                uppers[row] = upper[i];
                lowers[row] = lower[i];
            }
            labels[row] = open & 1 ? label : nearest[i];
            // Written in any case, and overwritten by the next: whether it counts cannot be foreseen.
            changed[found] = row;
            previous[found] = label;
            found += (~open & 1) & (label != nearest[i]);
        }
    }
    return found;
}

static void move_rows(
    const float *rows, size_t depth, const int32_t *changed, const int32_t *previous, size_t count,
    const int32_t *labels, double *sums, double *totals) {
    for (size_t i = 0; i < count; i++) {
        const float *row = rows + (size_t)changed[i] * depth;
        const int32_t from = previous[i], to = labels[changed[i]];
        double *joined = sums + (size_t)to * depth;
        totals[to] += 1;
        for (size_t j = 0; j < depth; j++) joined[j] += (double)row[j];
        if (from < 0) continue;
        double *left = sums + (size_t)from * depth;
        totals[from] -= 1;
        for (size_t j = 0; j < depth; j++) left[j] -= (double)row[j];
    }
}

static size_t loosen_bounds(
    const int32_t *labels, size_t count, const float *movements, int32_t farthest, float most, float next, float *upper,
    float *lower, int32_t first, int32_t *crossed) {
    enum { TOGETHER = 256 };
    size_t found = 0;
    float movement[TOGETHER] = {0};
    for (size_t i = 0; i < count; i += 16) {
        const size_t rest = count - i, place = i % TOGETHER;
        // Well before they are read, because a vector cannot be read soon after its parts were written.
        if (place == 0)
            for (size_t j = 0; j < (rest < TOGETHER ? rest : TOGETHER); j++) movement[j] = movements[labels[i + j]];
        int16 label = (int16)(-1);
        __builtin_memcpy(&label, labels + i, (rest < 16 ? rest : 16) * sizeof(int32_t));
        float16 above = (load16(upper + i, rest, 0) + load16(movement + place, 16, 0)) * (1 + 0x1p-22f);
        float16 nearer = label == farthest ? (float16)(next) : (float16)(most);
        float16 below = load16(lower + i, rest, 0) - nearer;
        below = below - __builtin_elementwise_abs(below) * 0x1p-22f;
        store16(upper + i, above, rest);
        store16(lower + i, below, rest);
        // Bounds that are not numbers count as crossed.
        uint64_t bits = ~bits16(above < below) & 0xFFFF;
        if (rest < 16) bits &= (1u << rest) - 1;
        const int32_t row = first + (int32_t)i;
        if (bits == 0xFFFF) {
            *(int16 *)(crossed + found) = (int16){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15} + row;
            found += 16;
        } else {
            // Which of them cannot be foreseen: each is written, and overwritten by the next where it does not count.
            for (int32_t lane = 0; lane < (rest < 16 ? (int32_t)rest : 16); lane++, bits >>= 1) {
                crossed[found] = row + lane;
                found += bits & 1;
            }
        }
    }
    return found;
}
