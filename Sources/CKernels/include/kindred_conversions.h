#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Conversions -----------------------------------------------------------------------------------------------------
//
// float16 (IEEE binary16) and bfloat16 (the upper half of a float), as their bits. Widening is exact; narrowing rounds to
// nearest even, overflows to ∞ and keeps denormals. NaN stays NaN, quiet, with its sign and the upper bits of its payload.

void kindred_float16_to_float(const uint16_t *from, float *to, size_t count);
void kindred_float_to_float16(const float *from, uint16_t *to, size_t count);
void kindred_bfloat16_to_float(const uint16_t *from, float *to, size_t count);
void kindred_float_to_bfloat16(const float *from, uint16_t *to, size_t count);

#ifdef __cplusplus
}
#endif
