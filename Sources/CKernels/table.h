// The level's table, from the functions that the headers before this one define. TABLE is its name; OVERRIDES may name
// other functions for some places.
#ifndef OVERRIDES
#define OVERRIDES
#endif
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Winitializer-overrides"
const kindred_kernels TABLE = {
#define KERNEL(result, name, parameters, arguments) .name = name,
#include "kernels.def"
#undef KERNEL
    OVERRIDES
};
#pragma clang diagnostic pop
#undef TABLE
#undef OVERRIDES
