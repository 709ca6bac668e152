// Functions of one number over arrays, and rows that are normalized.

INLINE void store16(float *values, size_t rest, float16 result) {
    if (rest >= 16)
        *(float16 *)values = result;
    else
        __builtin_memcpy(values, &result, rest * sizeof(float));
}

INLINE float16 function16(const int function, float16 x) {
    switch (function) {
        case KINDRED_RELU: return relu16(x);
        case KINDRED_GELU: return gelu16(x);
        case KINDRED_GELU_TANH: return gelu_tanh16(x);
        case KINDRED_QUICK_GELU: return quick_gelu16(x);
        case KINDRED_SILU: return silu16(x);
        case KINDRED_TANH: return tanh16(x);
        case KINDRED_SIGMOID: return sigmoid16(x);
        case KINDRED_EXP: return exp16(x);
        case KINDRED_LOG: return log16(x);
        case KINDRED_ERF: return erf16(x);
        default: return x;
    }
}

// Calls BODY(activation) with the activation as a constant, so that each has a loop of its own.
#define EACH_ACTIVATION(BODY) \
    case KINDRED_IDENTITY: BODY(KINDRED_IDENTITY); break; \
    case KINDRED_RELU: BODY(KINDRED_RELU); break; \
    case KINDRED_GELU: BODY(KINDRED_GELU); break; \
    case KINDRED_GELU_TANH: BODY(KINDRED_GELU_TANH); break; \
    case KINDRED_QUICK_GELU: BODY(KINDRED_QUICK_GELU); break; \
    case KINDRED_SILU: BODY(KINDRED_SILU); break; \
    case KINDRED_TANH: BODY(KINDRED_TANH); break; \
    case KINDRED_SIGMOID: BODY(KINDRED_SIGMOID); break;

INLINE void map_with(const int function, const float *from, float *to, size_t count) {
    for (size_t j = 0; j < count; j += 16)
        store16(to + j, count - j, function16(function, load16(from + j, count - j, 0)));
}

static void map(const float *from, float *to, size_t count, int function) {
#define BODY(function) map_with(function, from, to, count)
    switch (function) {
        EACH_ACTIVATION(BODY)
        case KINDRED_EXP: BODY(KINDRED_EXP); break;
        case KINDRED_LOG: BODY(KINDRED_LOG); break;
        case KINDRED_ERF: BODY(KINDRED_ERF); break;
    }
#undef BODY
}

INLINE float16 plus16(float16 x, const float *added, size_t j, size_t count) {
    return added ? x + load16(added + j, count - j, 0) : x;
}

INLINE void bias_activation_with(const int activation, float *values, const float *bias, size_t count) {
    for (size_t j = 0; j < count; j += 16) {
        float16 x = plus16(load16(values + j, count - j, 0), bias, j, count);
        store16(values + j, count - j, function16(activation, x));
    }
}

static void bias_activation(float *values, const float *bias, size_t count, int activation) {
#define BODY(activation) bias_activation_with(activation, values, bias, count)
    switch (activation) { EACH_ACTIVATION(BODY) }
#undef BODY
}

// Sums of a row and of its squares; the square of a float is exact in double precision.
typedef struct {
    double16 sum, squares;
} moments16;

INLINE void add_moments(moments16 *moments, float16 x) {
    double16 wide = WIDE(x);
    moments->sum += wide;
    moments->squares += wide * wide;
}

INLINE void bias_residual_with(
    const int activation, const int measures, float *values, const float *bias, const float *residual, size_t count,
    double *moments) {
    moments16 total = {(double16)(0.0), (double16)(0.0)};
    for (size_t j = 0; j < count; j += 16) {
        float16 x = plus16(load16(values + j, count - j, 0), bias, j, count);
        x = function16(activation, x) + load16(residual + j, count - j, 0);
        store16(values + j, count - j, x);
        if (measures) {
            // Beyond the row's end stands activation(0), which counts for nothing.
            if (count - j < 16) x = load16(values + j, count - j, 0);
            add_moments(&total, x);
        }
    }
    if (measures) {
        moments[0] += fold16(total.sum);
        moments[1] += fold16(total.squares);
    }
}

static void bias_residual(
    float *values, const float *bias, const float *residual, size_t count, int activation, double *moments) {
#define WITH_MOMENTS(activation) bias_residual_with(activation, 1, values, bias, residual, count, moments)
#define WITHOUT_MOMENTS(activation) bias_residual_with(activation, 0, values, bias, residual, count, moments)
    if (moments)
        switch (activation) { EACH_ACTIVATION(WITH_MOMENTS) }
    else
        switch (activation) { EACH_ACTIVATION(WITHOUT_MOMENTS) }
#undef WITH_MOMENTS
#undef WITHOUT_MOMENTS
}

static void moments(const float *values, size_t count, double *moments) {
    moments16 total = {(double16)(0.0), (double16)(0.0)};
    for (size_t j = 0; j < count; j += 16) add_moments(&total, load16(values + j, count - j, 0));
    moments[0] += fold16(total.sum);
    moments[1] += fold16(total.squares);
}

static void normalize(
    const float *from, float *to, size_t count, const double *moments, const float *weight, const float *bias,
    double epsilon) {
    double mean = moments[0] / (double)count;
    double variance = moments[1] / (double)count - mean * mean;
    float scale = (float)(1.0 / __builtin_sqrt((variance < 0.0 ? 0.0 : variance) + epsilon));
    // The mean in two parts: the difference then loses nothing when the mean is large against the deviation.
    float high = (float)mean, low = (float)(mean - (double)high);
    for (size_t j = 0; j < count; j += 16) {
        float16 x = ((load16(from + j, count - j, 0) - high) - low) * scale;
        if (weight) x *= load16(weight + j, count - j, 0);
        store16(to + j, count - j, plus16(x, bias, j, count));
    }
}

// Softmax ---------------------------------------------------------------------------------------------------------

INLINE float16 masked16(
    const float *values, size_t j, size_t count, const float *added, const uint8_t *kept) {
    const float infinity = __builtin_inff();
    float16 x = plus16(load16(values + j, count - j, -infinity), added, j, count);
    if (!kept) return x;
    char16 flags = (char16)(0);
    __builtin_memcpy(&flags, kept + j, count - j < 16 ? count - j : 16);
    return __builtin_convertvector(flags, int16) != 0 ? x : ALL(-infinity);
}

// The largest value; −∞ where there is none. NaN counts as nothing here: the exponentials spread it.
INLINE float largest(const float *values, size_t count, const float *added, const uint8_t *kept) {
    float16 best[4];
    for (int v = 0; v < 4; v++) best[v] = ALL(-__builtin_inff());
    size_t j = 0;
    for (; j + 64 <= count; j += 64)
        UNROLL for (int v = 0; v < 4; v++) {
            float16 x = masked16(values, j + 16 * v, count, added, kept);
            best[v] = x > best[v] ? x : best[v];
        }
    for (; j < count; j += 16) {
        float16 x = masked16(values, j, count, added, kept);
        best[0] = x > best[0] ? x : best[0];
    }
    for (int v = 1; v < 4; v++) best[0] = best[v] > best[0] ? best[v] : best[0];
    float result = -__builtin_inff();
    for (int lane = 0; lane < 16; lane++) result = best[0][lane] > result ? best[0][lane] : result;
    return result;
}

// Σ e^(x − shift); the exponentials go to `to` where it is not NULL. A row of nothing but −∞ has the sum 0, through shift 0.
INLINE double exponentials(
    const float *from, float *to, size_t count, const float *added, const uint8_t *kept, float shift) {
    double16 total = (double16)(0.0);
    for (size_t j = 0; j < count; j += 16) {
        float16 power = exp_normal16(masked16(from, j, count, added, kept) - shift);
        if (to) store16(to + j, count - j, power);
        total += WIDE(power);
    }
    return fold16(total);
}

INLINE double softmax_with(const float *from, float *to, size_t count, const float *added, const uint8_t *kept) {
    float shift = largest(from, count, added, kept);
    return exponentials(from, to, count, added, kept, shift == -__builtin_inff() ? 0.0f : shift);
}

static void softmax(const float *from, float *to, size_t count, const float *added, const uint8_t *kept) {
    double total = added || kept ? softmax_with(from, to, count, added, kept) : softmax_with(from, to, count, 0, 0);
    float scale = total == 0.0 ? 0.0f : (float)(1.0 / total);
    for (size_t j = 0; j < count; j += 16) store16(to + j, count - j, load16(to + j, count - j, 0) * scale);
}

// Whether a number among those kept is NaN.
INLINE int has_nan(const float *values, size_t count, const float *added, const uint8_t *kept) {
    uint64_t found = 0;
    for (size_t j = 0; j < count; j += 16) {
        float16 x = masked16(values, j, count, added, kept);
        found |= bits16(x != x);
    }
    return found != 0;
}

static float log_sum_exp(const float *values, size_t count, const float *added, const uint8_t *kept) {
    const float infinity = __builtin_inff();
    float shift = largest(values, count, added, kept);
    // Infinity less infinity would be NaN, but the logarithm of an infinite sum is plainly infinite.
    if (shift == infinity) return has_nan(values, count, added, kept) ? __builtin_nanf("") : infinity;
    if (shift == -infinity) shift = 0.0f;
    return shift + log16(ALL((float)exponentials(values, 0, count, added, kept, shift)))[0];
}
