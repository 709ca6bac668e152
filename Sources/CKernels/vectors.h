// Vectors of sixteen lanes, and what all loops do with them, written once and compiled for every SIMD level. Sixteen lanes
// are spelt out whatever the width of the registers, so that the order of every sum, and with it every bit, is the same
// at each level.
#pragma clang fp contract(off)
// Wide vectors are passed only between functions that are always inlined: no calling convention is at stake.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float float16 __attribute__((ext_vector_type(16), aligned(4)));
typedef int32_t int16 __attribute__((ext_vector_type(16), aligned(4)));
typedef int8_t char16 __attribute__((ext_vector_type(16), aligned(1)));
typedef double double16 __attribute__((ext_vector_type(16), aligned(8)));
typedef _Bool bool16 __attribute__((ext_vector_type(16)));

#define INLINE static inline __attribute__((always_inline))

INLINE uint64_t bits16(int16 mask) {
    bool16 narrow = __builtin_convertvector(mask, bool16);
    uint16_t bits;
    __builtin_memcpy(&bits, &narrow, sizeof(bits));
    return bits;
}

INLINE double fold16(double16 sum) {
    double part[16];
    __builtin_memcpy(part, &sum, sizeof(part));
    for (int width = 8; width > 0; width /= 2)
        for (int lane = 0; lane < width; lane++) part[lane] += part[lane + width];
    return part[0];
}

INLINE float fold16f(float16 sum) {
    __typeof__(__builtin_shufflevector(sum, sum, 0, 1, 2, 3, 4, 5, 6, 7)) eight =
        __builtin_shufflevector(sum, sum, 0, 1, 2, 3, 4, 5, 6, 7)
        + __builtin_shufflevector(sum, sum, 8, 9, 10, 11, 12, 13, 14, 15);
    __typeof__(__builtin_shufflevector(sum, sum, 0, 1, 2, 3)) four =
        __builtin_shufflevector(eight, eight, 0, 1, 2, 3) + __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
    return (four[0] + four[2]) + (four[1] + four[3]);
}

// One step of 16 values; the last step of a row is padded by the caller's `rest`.
INLINE float16 load16(const float *values, size_t rest, float padding) {
    if (rest >= 16) return *(const float16 *)values;
    float line[16];
    for (int lane = 0; lane < 16; lane++) line[lane] = padding;
    __builtin_memcpy(line, values, rest * sizeof(float));
    float16 result;
    __builtin_memcpy(&result, line, sizeof(result));
    return result;
}

INLINE void store16(float *target, float16 value, size_t rest) {
    if (rest >= 16)
        *(float16 *)target = value;
    else
        __builtin_memcpy(target, &value, rest * sizeof(float));
}

#define WIDE(vector) __builtin_convertvector(vector, double16)

// STEP(j, rest) for each sixteen elements j … of `count`, of which the last may be fewer. A loop without a rest in it keeps
// its constants in registers.
#define STEPS(count, STEP) \
    { \
        size_t step = 0; \
        for (; step + 16 <= (count); step += 16) { STEP(step, 16) } \
        if (step < (count)) { STEP(step, (count) - step) } \
    }
