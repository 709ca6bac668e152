// The platform's baseline, with `fmaf` so that products have the same bits as with fused multiply-add instructions.
#include "levels.h"

#include <math.h>

typedef float VECTOR;
#define LANES 1
#define ROWS 4
#define WIDTH 4
#define FMA fmaf
#define TABLE kindred_kernels_scalar

#include "loops.h"
#include "table.h"
