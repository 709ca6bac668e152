// The loops of every family, in the order in which they build on one another.
#include "products_loops.h"
#include "rows_loops.h"
#include "elementary_loops.h"
#include "activations_loops.h"
#include "attention_loops.h"
#include "conversions_loops.h"
