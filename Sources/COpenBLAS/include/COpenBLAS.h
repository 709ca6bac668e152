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

// The functions that Kindred uses. Arrays are column-major, as LAPACK has them.
typedef struct {
    void (*sgemm)(
        int order, int transpose_a, int transpose_b, openblas_int m, openblas_int n, openblas_int k, float alpha,
        const float *a, openblas_int lda, const float *b, openblas_int ldb, float beta, float *c, openblas_int ldc);
    // Eigenvalues and eigenvectors of a symmetric matrix.
    void (*ssyevd)(
        const char *job, const char *uplo, const openblas_int *n, float *a, const openblas_int *lda, float *w,
        float *work, const openblas_int *lwork, openblas_int *iwork, const openblas_int *liwork, openblas_int *info);
    // Singular values and vectors.
    void (*sgesdd)(
        const char *job, const openblas_int *m, const openblas_int *n, float *a, const openblas_int *lda, float *s,
        float *u, const openblas_int *ldu, float *vt, const openblas_int *ldvt, float *work,
        const openblas_int *lwork, openblas_int *iwork, openblas_int *info);
    // QR: reflectors, then Q itself.
    void (*sgeqrf)(
        const openblas_int *m, const openblas_int *n, float *a, const openblas_int *lda, float *tau, float *work,
        const openblas_int *lwork, openblas_int *info);
    void (*sorgqr)(
        const openblas_int *m, const openblas_int *n, const openblas_int *k, float *a, const openblas_int *lda,
        const float *tau, float *work, const openblas_int *lwork, openblas_int *info);
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
