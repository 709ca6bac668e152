// The loops of every family, in the order in which they build on one another.
#include "products_loops.h"
#include "rows_loops.h"
#include "arrays_loops.h"
#include "training_loops.h"
