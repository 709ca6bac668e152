// Kindred's hot loops. Each function exists for every SIMD level and gives the same bits at each of them.
//
// Conventions: matrices are row-major; `stride` counts floats from one row to the next; counts are in elements.
//
// A family of functions has a header here, a list `<family>.def` from which tables and dispatch are made, and its loops in
// `<family>_loops.h`, which every level compiles for itself.
#pragma once

#include "kindred_activations.h"
#include "kindred_arrays.h"
#include "kindred_attention.h"
#include "kindred_convolution.h"
#include "kindred_conversions.h"
#include "kindred_digests.h"
#include "kindred_levels.h"
#include "kindred_products.h"
#include "kindred_quantized.h"
#include "kindred_rows.h"
#include "kindred_scores.h"
#include "kindred_training.h"
