#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// SIMD levels -----------------------------------------------------------------------------------------------------

enum {
    KINDRED_SIMD_SCALAR = 0,   // no more than the platform's baseline
    KINDRED_SIMD_AVX2 = 1,     // AVX2, FMA, F16C and POPCNT
    KINDRED_SIMD_AVX512 = 2    // also AVX-512 F, BW, DQ and VL
};

// The highest level that this processor offers.
int kindred_simd_available(void);
// The level in use: the highest available, or a lower one named by KINDRED_SIMD (scalar, avx2, avx512).
int kindred_simd_level(void);
// Whether the level in use multiplies bytes with instructions made for it (VNNI); the environment's KINDRED_VNNI=0 denies it.
int kindred_simd_has_vnni(void);
// Denies or allows them for tests; takes effect with the next choice of a level.
void kindred_simd_allow_vnni(int allowed);
// Chooses a level for tests; levels that the processor lacks are lowered. Returns the level now in use.
int kindred_simd_choose(int level);

// Tells the processor that this thread only looks whether something has changed.
static inline void kindred_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

#ifdef __cplusplus
}
#endif
