// The level's table, from the functions that the headers before this one define. TABLE is its name.
const kindred_kernels TABLE = {
#define KERNEL(result, name, parameters, arguments) .name = name,
#include "kernels.def"
#undef KERNEL
};
