// Rounding to whole numbers of eight bits and what is done with their products, written once for every SIMD level. The
// product itself is in quantized_product.h.

static void quantize_row(
    const float *values, const float *multiplier, size_t count, size_t padded, int8_t *quantized,
    kindred_quantized_row *row, double *residual) {
    float16 largest = (float16)(0.0f);
    for (size_t k = 0; k < count; k += 16) {
        float16 value = load16(values + k, count - k, 0);
        if (multiplier) value *= load16(multiplier + k, count - k, 0);
        value = __builtin_elementwise_abs(value);
        largest = value > largest ? value : largest;
    }
    float most = 0;
    for (int lane = 0; lane < 16; lane++) most = largest[lane] > most ? largest[lane] : most;
    // Rows too small to divide by are zeros; what that takes away is counted as all else.
    const float scale = most / 127.0f;
    const float inverse = scale >= 0x1p-126f && scale <= 0x1p126f ? 1.0f / scale : 0.0f;
    int16 total = (int16)(0);
    double16 lost = (double16)(0.0);
    for (size_t k = 0; k < count; k += 16) {
        float16 value = load16(values + k, count - k, 0);
        if (multiplier) value *= load16(multiplier + k, count - k, 0);
        float16 rounded = __builtin_elementwise_roundeven(value * inverse);
        rounded = rounded > 127.0f ? (float16)(127.0f) : rounded;
        rounded = rounded < -127.0f ? (float16)(-127.0f) : rounded;
        int16 whole = __builtin_convertvector(rounded, int16);
        total += whole;
        if (residual) {
            // scale · whole is exact in double precision, and so is the difference but for its last bit.
            double16 rest = WIDE(value) - WIDE(rounded) * (double)scale;
            lost += rest * rest;
        }
        char16 small = __builtin_convertvector(whole, char16);
        __builtin_memcpy(quantized + k, &small, count - k < 16 ? count - k : 16);
    }
    for (size_t k = count; k < padded; k++) quantized[k] = 0;
    int32_t sum = 0;
    for (int lane = 0; lane < 16; lane++) sum += total[lane];
    row->scale = scale;
    row->sum = sum;
    if (residual) *residual = fold16(lost);
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
