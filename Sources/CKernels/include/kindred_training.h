#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Updates ---------------------------------------------------------------------------------------------------------

typedef struct {
    float scale;               // multiplies the gradient first
    float decay;               // added to the gradient, times the parameter
    float shrinkage;           // multiplies the parameter first: 1 − learning rate · decoupled decay
    float mean_rate;           // 1 − β₁
    float square_decay;        // β₂
    float square_rate;         // 1 − β₂
    float square_correction;   // √(1 − β₂ᵗ)
    float epsilon;
    float step;                // learning rate / (1 − β₁ᵗ)
} kindred_adam_rates;

// One step of Adam, in one pass over memory:
//   g = scale · gradient + decay · p;  m += mean_rate · (g − m);  v = square_decay · v + square_rate · g²
//   p = shrinkage · p − step · m / (√v / square_correction + epsilon)
void kindred_adam(
    float *parameter, const float *gradient, float *mean, float *square, size_t count,
    const kindred_adam_rates *rates);

typedef struct {
    float scale;      // multiplies the gradient first
    float decay;      // added to the gradient, times the parameter
    float momentum;
    float step;       // the learning rate
    int nesterov;
} kindred_descent_rates;

// One step of gradient descent: g = scale · gradient + decay · p;  u = momentum · u + g;  p −= step · u, or, with
// Nesterov's momentum, step · (g + momentum · u). Without momentum `velocity` may be null.
void kindred_momentum_descent(
    float *parameter, const float *gradient, float *velocity, size_t count, const kindred_descent_rates *rates);

// Derivatives -----------------------------------------------------------------------------------------------------

// upstream[j] *= function′(x[j]), where function(x[j]) = y[j]; the functions are those of `kindred_map` but KINDRED_ERF.
void kindred_pull_back(int function, const float *x, const float *y, float *upstream, size_t count);

// Gradients of rows -----------------------------------------------------------------------------------------------

// result = p · (upstream − Σ p · upstream). `result` may be `upstream`.
void kindred_softmax_gradient(const float *probabilities, const float *upstream, float *result, size_t count);

// The gradient of (x − mean) · inverse_deviation, which is `normalized`, for g = upstream · weight (or g = upstream where
// `weight` is null): inverse_deviation · (g − mean g − normalized · mean (g · normalized)). `result` may be `upstream`.
void kindred_normalization_gradient(
    const float *normalized, float inverse_deviation, const float *upstream, const float *weight, float *result,
    size_t count);

// sum[j] += a[j] · b[j]
void kindred_accumulate_product(double *sum, const float *a, const float *b, size_t count);

#ifdef __cplusplus
}
#endif
