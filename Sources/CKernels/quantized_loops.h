// Rounding to bytes and what is done with their products, written once for every SIMD level. The product itself is in
// quantized_product.h.

typedef uint8_t uchar16 __attribute__((ext_vector_type(16), aligned(1)));

INLINE float16 multiplied16(const float *values, const float *multiplier, size_t k, size_t rest) {
    float16 value = load16(values + k, rest, 0);
    return multiplier ? value * load16(multiplier + k, rest, 0) : value;
}

INLINE void quantize_with(
    const float *values, const float *multiplier, size_t count, size_t padded, int symmetric, uint8_t *bytes,
    kindred_quantized_row *row, double *residual) {
    float16 least = (float16)(0.0f), most = (float16)(0.0f);
#define STEP(k, rest) \
    float16 value = multiplied16(values, multiplier, k, rest); \
    least = value < least ? value : least; \
    most = value > most ? value : most;
    STEPS(count, STEP)
#undef STEP
    float low = 0, high = 0;
    for (int lane = 0; lane < 16; lane++) {
        low = least[lane] < low ? least[lane] : low;
        high = most[lane] > high ? most[lane] : high;
    }
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
