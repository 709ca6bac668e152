#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Functions of one number -----------------------------------------------------------------------------------------

// What can be applied to each element. The first eight are the activations of layers.
enum {
    KINDRED_IDENTITY = 0,
    KINDRED_RELU = 1,
    KINDRED_GELU = 2,        // x · Φ(x), by erf
    KINDRED_GELU_TANH = 3,   // its approximation by tanh
    KINDRED_QUICK_GELU = 4,  // x · sigmoid(1.702 x)
    KINDRED_SILU = 5,        // x · sigmoid(x)
    KINDRED_TANH = 6,
    KINDRED_SIGMOID = 7,
    KINDRED_EXP = 8,
    KINDRED_LOG = 9,
    KINDRED_ERF = 10
};

// to[j] = function(from[j]); `to` may be `from`.
void kindred_map(const float *from, float *to, size_t count, int function);

// values[j] = activation(values[j] + bias[j]). A `bias` of NULL adds nothing.
void kindred_bias_activation(float *values, const float *bias, size_t count, int activation);

// values[j] = activation(values[j] + bias[j]) + residual[j], and adds Σ values[j] and Σ values[j]² to moments[0] and
// moments[1]: what the next normalisation needs. A `bias` or `moments` of NULL is left out.
void kindred_bias_residual(
    float *values, const float *bias, const float *residual, size_t count, int activation, double *moments);

// Rows ------------------------------------------------------------------------------------------------------------

// Adds Σ values[j] and Σ values[j]² to moments[0] and moments[1].
void kindred_moments(const float *values, size_t count, double *moments);

// to[j] = (from[j] − mean) / √(variance + epsilon) · weight[j] + bias[j], with mean and variance (divided by count) from the
// moments of the whole row. `weight` and `bias` may be NULL, `to` may be `from`.
void kindred_normalize(
    const float *from, float *to, size_t count, const double *moments, const float *weight, const float *bias,
    double epsilon);

// kindred_moments and kindred_normalize of a whole row.
void kindred_layer_norm(
    const float *from, float *to, size_t count, const float *weight, const float *bias, double epsilon);

// to[j] = e^x[j] / Σ e^x, with x[j] = from[j] + added[j] where kept[j] is not zero, else −∞. `added` and `kept` may be NULL,
// `to` may be `from`. A row of which nothing is kept, or where every x is −∞, becomes zeros. NaN spreads over the row.
void kindred_softmax(const float *from, float *to, size_t count, const float *added, const uint8_t *kept);

// ln Σ e^x with x as above; −∞ where nothing is kept.
float kindred_log_sum_exp(const float *values, size_t count, const float *added, const uint8_t *kept);

#ifdef __cplusplus
}
#endif
