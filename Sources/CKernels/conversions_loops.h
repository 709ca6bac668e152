// float16 and bfloat16 to float and back.

typedef uint16_t ushort16 __attribute__((ext_vector_type(16), aligned(2)));

INLINE ushort16 load16_u16(const uint16_t *values, size_t rest) {
    ushort16 result = (ushort16)((uint16_t)0);
    __builtin_memcpy(&result, values, (rest < 16 ? rest : 16) * sizeof(uint16_t));
    return result;
}

INLINE void store16_u16(uint16_t *target, ushort16 value, size_t rest) {
    __builtin_memcpy(target, &value, (rest < 16 ? rest : 16) * sizeof(uint16_t));
}

#if LANES > 1
// The processor's own instructions.
typedef _Float16 half16 __attribute__((ext_vector_type(16), aligned(2)));

INLINE float16 widen_half16(ushort16 bits) { return __builtin_convertvector((half16)bits, float16); }
INLINE ushort16 narrow_half16(float16 x) { return (ushort16)__builtin_convertvector(x, half16); }
#else
// The same by arithmetic on bits: the exponent is shifted into place, and denormals are normalized, or made, by an addition
// that rounds as it should.
INLINE float16 widen_half16(ushort16 bits) {
    int16 wide = __builtin_convertvector(bits, int16);
    int16 magnitude = (wide & 0x7fff) << 13;
    int16 normal = magnitude + (112 << 23);
    int16 special = (magnitude + (224 << 23)) | (magnitude > (0x7c00 << 13) ? (int16)(1 << 22) : (int16)(0));
    int16 denormal = (int16)((float16)(magnitude + (113 << 23)) - 0x1p-14f);
    int16 result = magnitude < (0x400 << 13) ? denormal : magnitude >= (0x7c00 << 13) ? special : normal;
    return (float16)(result | ((wide & 0x8000) << 16));
}

INLINE ushort16 narrow_half16(float16 x) {
    int16 bits = (int16)x;
    int16 magnitude = bits & 0x7fffffff;
    int16 normal = (magnitude - (112 << 23) + 0xfff + ((magnitude >> 13) & 1)) >> 13;
    int16 denormal = (int16)((float16)magnitude + 0.5f) - (126 << 23);
    int16 nan = (magnitude >> 13 & 0x3ff) | 0x7e00;
    int16 result = magnitude < (113 << 23) ? denormal : magnitude >= (143 << 23) ? (int16)(0x7c00) : normal;
    result = magnitude > 0x7f800000 ? nan : result;
    result |= (bits >> 16) & 0x8000;
    return __builtin_convertvector(result, ushort16);
}
#endif

static void float16_to_float(const uint16_t *from, float *to, size_t count) {
#define STEP(j, rest) store16(to + j, widen_half16(load16_u16(from + j, rest)), rest);
    STEPS(count, STEP)
#undef STEP
}

static void float_to_float16(const float *from, uint16_t *to, size_t count) {
#define STEP(j, rest) store16_u16(to + j, narrow_half16(load16(from + j, rest, 0)), rest);
    STEPS(count, STEP)
#undef STEP
}

static void bfloat16_to_float(const uint16_t *from, float *to, size_t count) {
#define STEP(j, rest) \
    int16 wide = __builtin_convertvector(load16_u16(from + j, rest), int16) << 16; \
    int16 nan = (wide & 0x7fffffff) > 0x7f800000; \
    store16(to + j, (float16)(nan ? wide | (1 << 22) : wide), rest);
    STEPS(count, STEP)
#undef STEP
}

static void float_to_bfloat16(const float *from, uint16_t *to, size_t count) {
#define STEP(j, rest) \
    int16 bits = (int16)load16(from + j, rest, 0); \
    int16 rounded = bits + 0x7fff + ((bits >> 16) & 1); \
    int16 nan = (bits & 0x7fffffff) > 0x7f800000; \
    int16 result = (nan ? bits | (1 << 22) : rounded) >> 16; \
    store16_u16(to + j, __builtin_convertvector(result, ushort16), rest);
    STEPS(count, STEP)
#undef STEP
}
