// Chooses the SIMD level once and sends each call to its function.
#include "levels.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static _Atomic(const kindred_kernels *) chosen;
static atomic_int level = -1;
static atomic_int vnni_denied;

int kindred_simd_available(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("fma") || !__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("f16c")
        || !__builtin_cpu_supports("popcnt"))
        return KINDRED_SIMD_SCALAR;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vl"))
        return KINDRED_SIMD_AVX512;
    return KINDRED_SIMD_AVX2;
#else
    return KINDRED_SIMD_SCALAR;
#endif
}

#if defined(__x86_64__)
// Whether bytes can be multiplied and added four at a time with the registers of this level.
static int has_vnni(int level) {
    if (atomic_load(&vnni_denied)) return 0;
    return level == KINDRED_SIMD_AVX512 ? __builtin_cpu_supports("avx512vnni") : __builtin_cpu_supports("avxvnni");
}
#endif

void kindred_simd_allow_vnni(int allowed) { atomic_store(&vnni_denied, !allowed); }

int kindred_simd_has_vnni(void) {
#if defined(__x86_64__)
    return kindred_simd_level() > KINDRED_SIMD_SCALAR && has_vnni(kindred_simd_level());
#else
    return 0;
#endif
}

int kindred_simd_choose(int wanted) {
    int available = kindred_simd_available();
    int now = wanted < available ? wanted : available;
    const kindred_kernels *kernels = &kindred_kernels_scalar;
#if defined(__x86_64__)
    if (now == KINDRED_SIMD_AVX2)
        kernels = has_vnni(now) ? &kindred_kernels_avx2_vnni : &kindred_kernels_avx2;
    if (now == KINDRED_SIMD_AVX512)
        kernels = has_vnni(now) ? &kindred_kernels_avx512_vnni : &kindred_kernels_avx512;
#endif
    atomic_store(&level, now);
    atomic_store(&chosen, kernels);
    return now;
}

static const kindred_kernels *choose_default(void) {
    const char *name = getenv("KINDRED_SIMD");
    int wanted = KINDRED_SIMD_AVX512;
    const char *vnni = getenv("KINDRED_VNNI");
    if (vnni && !strcmp(vnni, "0")) kindred_simd_allow_vnni(0);
    if (name && !strcmp(name, "scalar")) wanted = KINDRED_SIMD_SCALAR;
    if (name && !strcmp(name, "avx2")) wanted = KINDRED_SIMD_AVX2;
    kindred_simd_choose(wanted);
    return atomic_load(&chosen);
}

static inline const kindred_kernels *kernels(void) {
    const kindred_kernels *now = atomic_load_explicit(&chosen, memory_order_acquire);
    return now ? now : choose_default();
}

int kindred_simd_level(void) {
    kernels();
    return atomic_load(&level);
}

size_t kindred_packed_size(size_t count, size_t depth) {
    return (count + KINDRED_PANEL - 1) / KINDRED_PANEL * KINDRED_PANEL * depth;
}

void kindred_pack_i8(const uint8_t *rows, size_t count, size_t stride, size_t depth, int8_t *panel) {
    const uint32_t offset = 0x80808080u;
    for (size_t k = 0; k < depth; k += 4) {
        int8_t *target = panel + k * KINDRED_PANEL;
        for (size_t j = 0; j < KINDRED_PANEL; j++) {
            uint32_t four = offset;
            if (j < count) memcpy(&four, rows + j * stride + k, sizeof(four));
            four ^= offset;
            memcpy(target + j * 4, &four, sizeof(four));
        }
    }
}

void kindred_pack(
    const float *source, size_t count, size_t depth, size_t vector_stride, size_t depth_stride, size_t first_panel,
    size_t last_panel, float *packed) {
    for (size_t panel = first_panel; panel < last_panel; panel++) {
        size_t first = panel * KINDRED_PANEL;
        size_t width = count - first < KINDRED_PANEL ? count - first : KINDRED_PANEL;
        float *target = packed + first * depth;
        if (width < KINDRED_PANEL) memset(target, 0, sizeof(float) * KINDRED_PANEL * depth);
        if (vector_stride == 1) {
            for (size_t k = 0; k < depth; k++)
                memcpy(target + k * KINDRED_PANEL, source + first + k * depth_stride, sizeof(float) * width);
            continue;
        }
        if (depth_stride == 1) {
            kernels()->transpose(source + first * vector_stride, width, depth, vector_stride, target, KINDRED_PANEL);
            continue;
        }
        // Eight steps of depth at a time, so that each cache line of the source is read once.
        for (size_t start = 0; start < depth; start += 8) {
            size_t end = start + 8 < depth ? start + 8 : depth;
            for (size_t j = 0; j < width; j++) {
                const float *vector = source + (first + j) * vector_stride;
                for (size_t k = start; k < end; k++) target[k * KINDRED_PANEL + j] = vector[k * depth_stride];
            }
        }
    }
}

// kindred_<name>: the function of the level in use.
#define KERNEL(result, name, parameters, arguments) \
    result kindred_##name parameters { return kernels()->name arguments; }
#include "kernels.def"
