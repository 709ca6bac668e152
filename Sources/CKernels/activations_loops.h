// Functions of one number over arrays, and rows that are normalized.

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

INLINE float16 plus16(float16 x, const float *added, size_t j, size_t rest) {
    return added ? x + load16(added + j, rest, 0) : x;
}

INLINE void map_with(const int function, const float *from, const float *bias, float *to, size_t count) {
    if (bias)
        for (size_t j = 0; j < count; j += 16)
            store16(to + j, function16(function, load16(from + j, 16, 0) + load16(bias + j, 16, 0)), 16);
    else
        for (size_t j = 0; j < count; j += 16) store16(to + j, function16(function, load16(from + j, 16, 0)), 16);
}

// to[j] = function(from[j] + bias[j]) for a multiple of sixteen elements.
static void map_whole(const float *from, const float *bias, float *to, size_t count, int function) {
#define BODY(function) map_with(function, from, bias, to, count)
    switch (function) {
        EACH_ACTIVATION(BODY)
        case KINDRED_EXP: BODY(KINDRED_EXP); break;
        case KINDRED_LOG: BODY(KINDRED_LOG); break;
        case KINDRED_ERF: BODY(KINDRED_ERF); break;
    }
#undef BODY
}

// The last elements go through a line of sixteen.
static void map_all(const float *from, const float *bias, float *to, size_t count, int function) {
    size_t whole = count & ~(size_t)15, rest = count - whole;
    map_whole(from, bias, to, whole, function);
    if (rest == 0) return;
    float line[16];
    store16(line, plus16(load16(from + whole, rest, 0), bias, whole, rest), 16);
    map_whole(line, 0, line, 16, function);
    __builtin_memcpy(to + whole, line, rest * sizeof(float));
}

static void map(const float *from, float *to, size_t count, int function) { map_all(from, 0, to, count, function); }

static void bias_activation(float *values, const float *bias, size_t count, int activation) {
    map_all(values, bias, values, count, activation);
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

INLINE void fold_moments(moments16 *total, double *moments) {
    moments[0] += fold16(total->sum);
    moments[1] += fold16(total->squares);
}

static void moments(const float *values, size_t count, double *moments) {
    moments16 total = {(double16)(0.0), (double16)(0.0)};
#define STEP(j, rest) add_moments(&total, load16(values + j, rest, 0));
    STEPS(count, STEP)
#undef STEP
    fold_moments(&total, moments);
}

static void bias_residual(
    float *values, const float *bias, const float *residual, size_t count, int activation, double *moments) {
    // In stretches that stay in the first-level cache from one pass to the next.
    enum { STRETCH = 1024 };
    moments16 total = {(double16)(0.0), (double16)(0.0)};
    for (size_t start = 0; start < count; start += STRETCH) {
        size_t size = count - start < STRETCH ? count - start : STRETCH;
        float *part = values + start;
        const float *added = residual + start;
        map_all(part, bias ? bias + start : 0, part, size, activation);
        if (moments) {
#define STEP(j, rest) \
    float16 x = load16(part + j, rest, 0) + load16(added + j, rest, 0); \
    store16(part + j, x, rest); \
    add_moments(&total, x);
            STEPS(size, STEP)
#undef STEP
        } else {
#define STEP(j, rest) store16(part + j, load16(part + j, rest, 0) + load16(added + j, rest, 0), rest);
            STEPS(size, STEP)
#undef STEP
        }
    }
    if (moments) fold_moments(&total, moments);
}

INLINE void normalize_with(
    const float *from, float *to, size_t count, float high, float low, float scale, const float *weight,
    const float *bias) {
#define STEP(j, rest) \
    __builtin_prefetch(from + j + count); /* the next row */ \
    float16 x = ((load16(from + j, rest, 0) - high) - low) * scale; \
    if (weight) x *= load16(weight + j, rest, 0); \
    store16(to + j, plus16(x, bias, j, rest), rest);
    STEPS(count, STEP)
#undef STEP
}

static void normalize(
    const float *from, float *to, size_t count, const double *moments, const float *weight, const float *bias,
    double epsilon) {
    double mean = moments[0] / (double)count;
    double variance = moments[1] / (double)count - mean * mean;
    float scale = (float)(1.0 / __builtin_sqrt((variance < 0.0 ? 0.0 : variance) + epsilon));
    // The mean in two parts: the difference then loses nothing when the mean is large against the deviation.
    float high = (float)mean, low = (float)(mean - (double)high);
    if (weight && bias)
        normalize_with(from, to, count, high, low, scale, weight, bias);
    else if (weight)
        normalize_with(from, to, count, high, low, scale, weight, 0);
    else
        normalize_with(from, to, count, high, low, scale, 0, bias);
}

static void layer_norm(
    const float *from, float *to, size_t count, const float *weight, const float *bias, double epsilon) {
    moments16 total = {(double16)(0.0), (double16)(0.0)};
    // While the first pass only reads, the lines that the second writes are brought in.
#define STEP(j, rest) \
    __builtin_prefetch(to + j, 1); \
    add_moments(&total, load16(from + j, rest, 0));
    STEPS(count, STEP)
#undef STEP
    double moments[2] = {0.0, 0.0};
    fold_moments(&total, moments);
    normalize(from, to, count, moments, weight, bias, epsilon);
}

// Softmax ---------------------------------------------------------------------------------------------------------

INLINE float16 masked16(
    const float *values, size_t j, size_t rest, const float *added, const uint8_t *kept) {
    const float infinity = __builtin_inff();
    float16 x = plus16(load16(values + j, rest, -infinity), added, j, rest);
    if (!kept) return x;
    char16 flags = (char16)(0);
    __builtin_memcpy(&flags, kept + j, rest < 16 ? rest : 16);
    return __builtin_convertvector(flags, int16) != 0 ? x : ALL(-infinity);
}

// The largest value; −∞ where there is none. NaN counts as nothing here: the exponentials spread it.
INLINE float largest(const float *values, size_t count, const float *added, const uint8_t *kept) {
    float16 best[4];
    for (int v = 0; v < 4; v++) best[v] = ALL(-__builtin_inff());
    size_t j = 0;
    for (; j + 64 <= count; j += 64)
        UNROLL for (int v = 0; v < 4; v++) {
            float16 x = masked16(values, j + 16 * v, 16, added, kept);
            best[v] = x > best[v] ? x : best[v];
        }
    for (; j < count; j += 16) {
        float16 x = masked16(values, j, count - j, added, kept);
        best[0] = x > best[0] ? x : best[0];
    }
    for (int v = 1; v < 4; v++) best[0] = best[v] > best[0] ? best[v] : best[0];
    float result = -__builtin_inff();
    for (int lane = 0; lane < 16; lane++) result = best[0][lane] > result ? best[0][lane] : result;
    return result;
}

// Σ e^(x − shift); the exponentials go to `to` where it is not NULL. Four vectors are added in pairs before they are
// widened, which loses at most 1.2 · 10⁻⁷ of the sum.
INLINE double exponentials(
    const float *from, float *to, size_t count, const float *added, const uint8_t *kept, float shift) {
    double16 total = (double16)(0.0);
    size_t j = 0;
    for (; j + 64 <= count; j += 64) {
        float16 power[4];
        UNROLL
        for (int v = 0; v < 4; v++) {
            power[v] = exp_normal16(masked16(from, j + 16 * v, 16, added, kept) - shift);
            if (to) store16(to + j + 16 * v, power[v], 16);
        }
        total += WIDE((power[0] + power[1]) + (power[2] + power[3]));
    }
    for (; j < count; j += 16) {
        size_t rest = count - j;
        float16 power = exp_normal16(masked16(from, j, rest, added, kept) - shift);
        if (to) store16(to + j, power, rest);
        total += WIDE(power);
    }
    return fold16(total);
}

// A row of nothing but −∞ has the sum 0, through a shift of 0.
INLINE double softmax_sum(const float *from, float *to, size_t count, const float *added, const uint8_t *kept) {
    float shift = largest(from, count, added, kept);
    return exponentials(from, to, count, added, kept, shift == -__builtin_inff() ? 0.0f : shift);
}

static void softmax(const float *from, float *to, size_t count, const float *added, const uint8_t *kept) {
    double total = added || kept ? softmax_sum(from, to, count, added, kept) : softmax_sum(from, to, count, 0, 0);
    float scale = total == 0.0 ? 0.0f : (float)(1.0 / total);
#define STEP(j, rest) \
    __builtin_prefetch(from + j + count); \
    store16(to + j, load16(to + j, rest, 0) * scale, rest);
    STEPS(count, STEP)
#undef STEP
}

// Whether a number among those kept is NaN.
INLINE int has_nan(const float *values, size_t count, const float *added, const uint8_t *kept) {
    uint64_t found = 0;
    for (size_t j = 0; j < count; j += 16) {
        float16 x = masked16(values, j, count - j, added, kept);
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
