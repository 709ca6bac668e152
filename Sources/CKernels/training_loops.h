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
