// OpenBLAS, opened at run time with the kernels that fit this processor.
//
// Debian's 0.3.21 chooses its kernels when it is loaded and does not know processors newer than itself: it then falls
// back to SSE3. So the processor is asked first, and the library is opened with the answer.
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int32_t openblas_int;

// The functions that Kindred uses; they are listed in openblas_functions.def. Arrays are column-major, as LAPACK has them.
typedef struct {
#define FUNCTION(name, symbol, parameters) void(*name) parameters;
#include "../openblas_functions.def"
#undef FUNCTION
    // The name of the kernels in use ("SkylakeX"), and how the library was built.
    const char *core;
    const char *configuration;
} openblas_functions;

// The functions, or NULL when the library cannot be used; openblas_problem() then says why. Safe from any thread; the
// library is opened by the first call. OPENBLAS_CORETYPE in the environment is respected.
const openblas_functions *openblas_load(void);
const char *openblas_problem(void);

#ifdef __cplusplus
}
#endif
