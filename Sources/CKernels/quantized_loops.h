// Rounding to bytes and what is done with their products, written once for every SIMD level. The product itself is in
// quantized_product.h.

typedef uint8_t uchar16 __attribute__((ext_vector_type(16), aligned(1)));

INLINE float16 multiplied16(const float *values, const float *multiplier, size_t k, size_t rest) {
    float16 value = load16(values + k, rest, 0);
    return multiplier ? value * load16(multiplier + k, rest, 0) : value;
}

// The least and the largest of some numbers and zero, each times its multiplier. In four chains: one would wait for itself.
INLINE void range_of(const float *values, const float *multiplier, size_t count, float *low, float *high) {
    float16 least[4] = {0}, most[4] = {0};
    size_t k = 0;
    for (; k + 64 <= count; k += 64) {
        UNROLL for (int part = 0; part < 4; part++) {
            float16 value = multiplied16(values, multiplier, k + part * 16, 16);
            least[part] = value < least[part] ? value : least[part];
            most[part] = value > most[part] ? value : most[part];
        }
    }
    for (; k < count; k += 16) {
        float16 value = multiplied16(values, multiplier, k, count - k);
        least[0] = value < least[0] ? value : least[0];
        most[0] = value > most[0] ? value : most[0];
    }
    UNROLL for (int part = 1; part < 4; part++) {
        least[0] = least[part] < least[0] ? least[part] : least[0];
        most[0] = most[part] > most[0] ? most[part] : most[0];
    }
    *low = *high = 0;
    for (int lane = 0; lane < 16; lane++) {
        *low = least[0][lane] < *low ? least[0][lane] : *low;
        *high = most[0][lane] > *high ? most[0][lane] : *high;
    }
}

INLINE void quantize_with(
    const float *values, const float *multiplier, size_t count, size_t padded, int symmetric, uint8_t *bytes,
    kindred_quantized_row *row, double *residual) {
    float low, high;
    range_of(values, multiplier, count, &low, &high);
    const float largest = high > -low ? high : -low;
    // In two parts, because the sum of both could be infinite.
    const float scale = symmetric ? largest / 127.0f : high / 255.0f - low / 255.0f;
    // Rows too small to divide by are zeros; what that takes away is counted as all else.
    const float inverse = scale >= 0x1p-126f && scale <= 0x1p126f ? 1.0f / scale : 0.0f;
    const float zero = symmetric ? 128.0f : __builtin_roundevenf(-low * inverse);
    const float first = symmetric ? -127.0f : -zero, last = symmetric ? 127.0f : 255.0f - zero;
    int16 total = (int16)(0);
    double16 lost = (double16)(0.0);
#define STEP(k, rest) \
    float16 value = multiplied16(values, multiplier, k, rest); \
    float16 rounded = __builtin_elementwise_roundeven(value * inverse); \
    rounded = rounded > last ? (float16)(last) : rounded; \
    rounded = rounded < first ? (float16)(first) : rounded; \
    int16 whole = __builtin_convertvector(rounded, int16); \
    total += whole; \
    if (residual) { \
        /* scale · whole is exact in double precision, and so is the difference but for its last bit. */ \
        double16 left = WIDE(value) - WIDE(rounded) * (double)scale; \
        lost += left * left; \
    } \
    uchar16 small = __builtin_convertvector(whole + (int32_t)zero, uchar16); \
    __builtin_memcpy(bytes + k, &small, rest < 16 ? rest : 16);
    STEPS(count, STEP)
#undef STEP
    for (size_t k = count; k < padded; k++) bytes[k] = (uint8_t)zero;
    int32_t sum = 0;
    for (int lane = 0; lane < 16; lane++) sum += total[lane];
    row->scale = scale;
    row->zero = (int32_t)zero;
    row->sum = sum;
    if (residual) *residual = fold16(lost);
}

static void quantize_row(
    const float *values, const float *multiplier, size_t count, size_t padded, int symmetric, uint8_t *bytes,
    kindred_quantized_row *row, double *residual) {
    if (residual)
        quantize_with(values, multiplier, count, padded, symmetric, bytes, row, residual);
    else if (multiplier)
        quantize_with(values, multiplier, count, padded, symmetric, bytes, row, 0);
    else
        quantize_with(values, 0, count, padded, symmetric, bytes, row, 0);
}

static size_t row_screen(
    const int32_t *products, size_t stride, const kindred_screen_vector *v, size_t vectors, const float *base,
    const float *scales, const float *lengths, const float *residuals, const float *limits, size_t count,
    uint64_t *open) {
    size_t found = 0;
    for (size_t word = 0; word * 64 < count; word++) {
        uint64_t bits = 0;
        for (size_t part = 0; part < 4; part++) {
            size_t j = word * 64 + part * 16;
            if (j >= count) break;
            size_t rest = count - j;
            float16 row_scale = load16(scales + j, rest, 0), length = load16(lengths + j, rest, 0);
            float16 residual = load16(residuals + j, rest, 0), start = load16(base + j, rest, 0);
            float16 least = (float16)(__builtin_inff());
            for (size_t i = 0; i < vectors; i++) {
                int16 product = (int16)(0);
                __builtin_memcpy(&product, products + i * stride + j, (rest < 16 ? rest : 16) * sizeof(int32_t));
                float16 bound = (start + v[i].base)
                    - (row_scale * v[i].scale) * __builtin_convertvector(product, float16)
                    - (length * v[i].residual + residual * v[i].length);
                least = bound < least ? bound : least;
            }
            // Also where the bound is no number.
            uint64_t mask = ~bits16(least >= load16(limits + j, rest, 0)) & 0xFFFF;
            if (rest < 16) mask &= (1u << rest) - 1;
            bits |= mask << (part * 16);
        }
        open[word] = bits;
        found += (size_t)__builtin_popcountll(bits);
    }
    return found;
}
