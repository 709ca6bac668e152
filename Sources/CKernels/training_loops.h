// Updates of parameters and gradients of rows, written once for every SIMD level.

static void adam(
    float *parameter, const float *gradient, float *mean, float *square, size_t count,
    const kindred_adam_rates *rates) {
    const kindred_adam_rates r = *rates;
    for (size_t j = 0; j < count; j += 16) {
        size_t rest = count - j;
        float16 p = load16(parameter + j, rest, 0);
        float16 g = load16(gradient + j, rest, 0) * r.scale + p * r.decay;
        float16 m = load16(mean + j, rest, 0);
        m = m + (g - m) * r.mean_rate;
        float16 v = load16(square + j, rest, 0) * r.square_decay + g * g * r.square_rate;
        float16 size = __builtin_elementwise_sqrt(v) / r.square_correction + r.epsilon;
        store16(parameter + j, p * r.shrinkage - m / size * r.step, rest);
        store16(mean + j, m, rest);
        store16(square + j, v, rest);
    }
}

static void momentum_descent(
    float *parameter, const float *gradient, float *velocity, size_t count, const kindred_descent_rates *rates) {
    const kindred_descent_rates r = *rates;
    for (size_t j = 0; j < count; j += 16) {
        size_t rest = count - j;
        float16 p = load16(parameter + j, rest, 0);
        float16 g = load16(gradient + j, rest, 0) * r.scale + p * r.decay;
        float16 u = g;
        if (velocity) {
            u = load16(velocity + j, rest, 0) * r.momentum + g;
            store16(velocity + j, u, rest);
            if (r.nesterov) u = g + u * r.momentum;
        }
        store16(parameter + j, p - u * r.step, rest);
    }
}

static void softmax_gradient(const float *probabilities, const float *upstream, float *result, size_t count) {
    const float sum = (float)dot(probabilities, upstream, count);
    for (size_t j = 0; j < count; j += 16) {
        size_t rest = count - j;
        store16(result + j, load16(probabilities + j, rest, 0) * (load16(upstream + j, rest, 0) - sum), rest);
    }
}

static void normalization_gradient(
    const float *normalized, float inverse_deviation, const float *upstream, const float *weight, float *result,
    size_t count) {
    double16 total = (double16)(0.0), along = (double16)(0.0);
    for (size_t j = 0; j < count; j += 16) {
        size_t rest = count - j;
        double16 g = WIDE(load16(upstream + j, rest, 0));
        if (weight) g *= WIDE(load16(weight + j, rest, 0));
        total += g;
        along += g * WIDE(load16(normalized + j, rest, 0));
    }
    const float mean = (float)(fold16(total) / (double)count), slope = (float)(fold16(along) / (double)count);
    for (size_t j = 0; j < count; j += 16) {
        size_t rest = count - j;
        float16 g = load16(upstream + j, rest, 0);
        if (weight) g *= load16(weight + j, rest, 0);
        store16(result + j, (g - mean - load16(normalized + j, rest, 0) * slope) * inverse_deviation, rest);
    }
}

static void accumulate_product(double *sum, const float *a, const float *b, size_t count) {
    for (size_t j = 0; j < count; j++) sum[j] += (double)a[j] * (double)b[j];
}

// Derivatives ------------------------------------------------------------------------------------------------------

// Φ(x) and the density of the normal distribution at x.
INLINE float16 normal_density16(float16 x) {
    float16 limited = magnitude16(x);
    limited = limited > 13.0f ? ALL(13.0f) : limited;
    return exp_normal16(limited * limited * -0.5f) * 0.398942280f;
}

INLINE float16 gelu_derivative16(float16 x) {
    float16 limited = x < -13.0f ? ALL(-13.0f) : x;
    return FMA16(limited, normal_density16(limited), FMA16(erf16(limited * 0.707106781f), ALL(0.5f), ALL(0.5f)));
}

// The derivative of x · sigmoid(u(x)): s + x · s · (1 − s) · u′(x). Far out it is 0 or 1.
INLINE float16 gated_derivative16(float16 x, float16 u, float16 slope) {
    float16 s = sigmoid16(u);
    return FMA16(x * s * (1.0f - s), slope, s);
}

INLINE float16 gelu_tanh_derivative16(float16 x) {
    x = x < -30.0f ? ALL(-30.0f) : x;
    x = x > 30.0f ? ALL(30.0f) : x;
    float16 square = x * x;
    float16 u = x * FMA16(square, ALL(0.0713548163f), ALL(1.59576912f));
    return gated_derivative16(x, u, FMA16(square, ALL(0.214064449f), ALL(1.59576912f)));
}

// The derivative of a function at x, where it is y.
INLINE float16 derivative16(const int function, float16 x, float16 y) {
    switch (function) {
        case KINDRED_RELU: return x > 0.0f ? ALL(1.0f) : ALL(0.0f);
        case KINDRED_GELU: return gelu_derivative16(x);
        case KINDRED_GELU_TANH: return gelu_tanh_derivative16(x);
        case KINDRED_QUICK_GELU: {
            float16 limited = from_below16(x, -200.0f);
            return gated_derivative16(limited, limited * 1.702f, ALL(1.702f));
        }
        case KINDRED_SILU: {
            float16 limited = from_below16(x, -200.0f);
            return gated_derivative16(limited, limited, ALL(1.0f));
        }
        case KINDRED_TANH: return FMA16(-y, y, ALL(1.0f));
        case KINDRED_SIGMOID: return y * (1.0f - y);
        case KINDRED_EXP: return y;
        case KINDRED_LOG: return 1.0f / x;
        default: return ALL(1.0f);
    }
}

INLINE void pull_back_with(const int function, const float *x, const float *y, float *upstream, size_t count) {
#define STEP(j, rest) \
    store16(upstream + j, \
        load16(upstream + j, rest, 0) * derivative16(function, load16(x + j, rest, 1), load16(y + j, rest, 0)), rest);
    STEPS(count, STEP)
#undef STEP
}

static void pull_back(int function, const float *x, const float *y, float *upstream, size_t count) {
#define BODY(function) pull_back_with(function, x, y, upstream, count)
    switch (function) {
        EACH_ACTIVATION(BODY)
        case KINDRED_EXP: BODY(KINDRED_EXP); break;
        case KINDRED_LOG: BODY(KINDRED_LOG); break;
    }
#undef BODY
}
