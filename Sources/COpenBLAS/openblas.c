#include "include/COpenBLAS.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static openblas_functions functions;
static const openblas_functions *loaded;
static char problem[512];
static pthread_once_t once = PTHREAD_ONCE_INIT;

// The best kernels of OpenBLAS 0.3.21 for this processor, or NULL to let it choose.
static const char *core_for_this_processor(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    int avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    // "Cooperlake" would add bfloat16 only, and 0.3.21 does not find it by that name.
    if (avx512) return "SkylakeX";
    if (avx2) return "Haswell";
#endif
    return NULL;
}

// Sets an environment variable unless the user has; returns whether it did.
static int set_unless_present(const char *name, const char *value) {
    if (!value || getenv(name)) return 0;
    return setenv(name, value, 1) == 0;
}

static void *symbol(void *library, const char *name) {
    void *found = dlsym(library, name);
    if (!found && !problem[0])
        snprintf(problem, sizeof(problem), "libopenblas lacks the function %s; install Debian's libopenblas0-pthread",
            name);
    return found;
}

static void load(void) {
    // The variables matter only while the library is opened; programs that this process starts do not inherit them.
    int core_set = set_unless_present("OPENBLAS_CORETYPE", core_for_this_processor());
    int threads_set = set_unless_present("OPENBLAS_NUM_THREADS", "1");
    void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
    if (core_set) unsetenv("OPENBLAS_CORETYPE");
    if (threads_set) unsetenv("OPENBLAS_NUM_THREADS");
    if (!library) {
        const char *reason = dlerror();
        snprintf(problem, sizeof(problem),
            "OpenBLAS cannot be loaded (%s); install it with: apt-get install libopenblas0-pthread",
            reason ? reason : "unknown reason");
        return;
    }
    // Parallelism is Kindred's own: OpenBLAS works on one thread.
    void (*set_threads)(int) = (void (*)(int))symbol(library, "openblas_set_num_threads");
    char *(*core_name)(void) = (char *(*)(void))symbol(library, "openblas_get_corename");
    char *(*configuration)(void) = (char *(*)(void))symbol(library, "openblas_get_config");
#define FUNCTION(name, symbol_name, parameters) *(void **)&functions.name = symbol(library, #symbol_name);
#include "openblas_functions.def"
#undef FUNCTION
    if (problem[0]) return;
    set_threads(1);
    functions.core = core_name();
    functions.configuration = configuration();
    loaded = &functions;
}

const openblas_functions *openblas_load(void) {
    pthread_once(&once, load);
    return loaded;
}

const char *openblas_problem(void) {
    pthread_once(&once, load);
    return problem;
}
