// Elementary functions of sixteen floats: no tables, no branches, the same bits at every SIMD level. The largest errors,
// found by trying every 37th float and held by tests on fewer, are stated at each function (ulp: units in the last place of
// the exact result). The polynomials are minimax fits by Scripts/references/polynomials.py.

#define FMA16 __builtin_elementwise_fma
#define ALL(value) ((float16)(value))

INLINE float16 magnitude16(float16 x) { return (float16)((int16)x & 0x7fffffff); }
INLINE float16 with_sign16(float16 x, float16 sign) {
    return (float16)(((int16)x & 0x7fffffff) | ((int16)sign & (int32_t)0x80000000));
}

// Adding this number (1.5 · 2²³) rounds to a whole number, to nearest even, which then stands in the lowest bits.
#define TO_WHOLE 12582912.0f

// 2ⁿ for the n that a sum with TO_WHOLE holds, −126 ≤ n ≤ 127.
INLINE float16 power16(float16 shifted) { return (float16)(((int16)shifted << 23) + 0x3f800000); }

// x = n · ln 2 + rest; returns n + TO_WHOLE.
INLINE float16 reduce16(float16 x, float16 *rest) {
    float16 shifted = FMA16(x, ALL(1.44269504f), ALL(TO_WHOLE));
    float16 n = shifted - TO_WHOLE;
    *rest = FMA16(n, ALL(1.90465421e-9f), FMA16(n, ALL(-0.693147182f), x));
    return shifted;
}

// e^r − 1 for |r| <= ln 2 / 2.
INLINE float16 exp_rest_less_one16(float16 r) {
    float16 square = r * r;
    float16 p = FMA16(r, ALL(0x1.6a2042p-10f), ALL(0x1.123c44p-7f));
    float16 q = FMA16(r, ALL(0x1.5559p-5f), ALL(0x1.55548ep-3f));
    q = FMA16(FMA16(p, square, q), r, ALL(0x1.fffffcp-2f));
    return FMA16(square, q, r);
}

// e^r for |r| <= ln 2 / 2.
INLINE float16 exp_rest16(float16 r) { return exp_rest_less_one16(r) + 1.0f; }

// e^x; 1.0 ulp, denormal results included.
INLINE float16 exp16(float16 x) {
    x = x < -104.0f ? ALL(-104.0f) : x;
    x = x > 89.0f ? ALL(89.0f) : x;
    float16 r;
    int16 n = (int16)reduce16(x, &r) - 0x4b400000;
    // In two factors, since 2ⁿ alone may not be a normal float.
    int16 half = n >> 1;
    return exp_rest16(r) * (float16)((half + 127) << 23) * (float16)((n - half + 127) << 23);
}

// e^x for x <= 88; results below the smallest normal float are zero. 1 ulp.
INLINE float16 exp_normal16(float16 x) {
    float16 r;
    float16 shifted = reduce16(x, &r);
    float16 result = exp_rest16(r) * power16(shifted);
    return x < -87.3365f ? ALL(0.0f) : result;
}

// 2^x for x <= 127; results below the smallest normal float are zero. 1 ulp.
INLINE float16 exp2_normal16(float16 x) {
    float16 shifted = x + TO_WHOLE;
    float16 f = x - (shifted - TO_WHOLE);
    float16 q = ALL(0x1.41fbap-13f);
    q = FMA16(q, f, ALL(0x1.5f3e8p-10f));
    q = FMA16(q, f, ALL(0x1.3b2d4ep-7f));
    q = FMA16(q, f, ALL(0x1.c6aee8p-5f));
    q = FMA16(q, f, ALL(0x1.ebfbdcp-3f));
    q = FMA16(q, f, ALL(0x1.62e43p-1f));
    float16 result = FMA16(q, f, ALL(1.0f)) * power16(shifted);
    return x < -126.0f ? ALL(0.0f) : result;
}

// ln x; 0.9 ulp. −∞ at zero, NaN below.
INLINE float16 log16(float16 x) {
    int16 tiny = x < 0x1p-126f;
    int16 bits = (int16)(tiny ? x * 0x1p25f : x);
    int16 exponent = (bits - 0x3f3504f3) >> 23;
    float16 f = (float16)(bits - (exponent << 23)) - 1.0f;  // √½ ≤ 1 + f < √2
    float16 n = __builtin_convertvector(exponent, float16) - (tiny ? ALL(25.0f) : ALL(0.0f));
    float16 q = ALL(-0x1.39607p-4f);
    q = FMA16(q, f, ALL(0x1.05a4d2p-3f));
    q = FMA16(q, f, ALL(-0x1.0d88f4p-3f));
    q = FMA16(q, f, ALL(0x1.22d0a4p-3f));
    q = FMA16(q, f, ALL(-0x1.5470f2p-3f));
    q = FMA16(q, f, ALL(0x1.99a062p-3f));
    q = FMA16(q, f, ALL(-0x1.00022cp-2f));
    q = FMA16(q, f, ALL(0x1.555554p-2f));
    float16 square = f * f;
    float16 small = FMA16(square * f, q, n * -1.90465421e-9f);
    small = FMA16(square, ALL(-0.5f), small);
    float16 result = FMA16(n, ALL(0.693147182f), f + small);
    const float infinity = __builtin_inff();
    result = x == infinity ? ALL(infinity) : result;
    float16 outside = x == 0.0f ? ALL(-infinity) : ALL(__builtin_nanf(""));
    return x > 0.0f ? result : outside;
}

// tanh x; 1.4 ulp.
INLINE float16 tanh16(float16 x) {
    float16 t = magnitude16(x);
    float16 square = x * x;
    float16 q = ALL(-0x1.7addd8p-8f);
    q = FMA16(q, square, ALL(0x1.53343ep-6f));
    q = FMA16(q, square, ALL(-0x1.b8632cp-5f));
    q = FMA16(q, square, ALL(0x1.11083cp-3f));
    q = FMA16(q, square, ALL(-0x1.555538p-2f));
    float16 small = FMA16(square * x, q, x);
    float16 limited = t > 10.0f ? ALL(10.0f) : t;
    float16 large = 1.0f - 2.0f / (exp_normal16(limited + limited) + 1.0f);
    return with_sign16(t < 0.61f ? small : large, x);
}

// 1 / (1 + e^−x); 2.4 ulp, denormal results included.
INLINE float16 sigmoid16(float16 x) {
    float16 power = exp16(-magnitude16(x));
    return (x < 0.0f ? power : ALL(1.0f)) / (power + 1.0f);
}

// erf x; 1.4 ulp.
INLINE float16 erf16(float16 x) {
    float16 t = magnitude16(x);
    float16 square = x * x;
    float16 p = ALL(-0x1.35bf52p-11f);
    p = FMA16(p, square, ALL(0x1.462966p-8f));
    p = FMA16(p, square, ALL(-0x1.b65c7p-6f));
    p = FMA16(p, square, ALL(0x1.ce172ep-4f));
    p = FMA16(p, square, ALL(-0x1.8126d2p-2f));
    p = FMA16(p, square, ALL(0x1.06eba6p-3f));
    float16 small = FMA16(p, x, x);
    float16 limited = t > 4.0f ? ALL(4.0f) : t;
    float16 q = ALL(-0x1.de1c5p-18f);
    q = FMA16(q, limited, ALL(0x1.13d1d8p-14f));
    q = FMA16(q, limited, ALL(0x1.2c09b2p-14f));
    q = FMA16(q, limited, ALL(-0x1.150a8cp-8f));
    q = FMA16(q, limited, ALL(0x1.0bf9b8p-5f));
    q = FMA16(q, limited, ALL(-0x1.370368p-3f));
    q = FMA16(q, limited, ALL(-0x1.d582cap-1f));
    q = FMA16(q, limited, ALL(-0x1.a0ced6p+0f));
    float16 large = 1.0f - exp2_normal16(q * limited);
    return t < 0.93f ? small : with_sign16(large, x);
}

// Activations tend to −0 at −∞, where the formulas would give ∞ · 0.
INLINE float16 from_below16(float16 x, float lowest) { return x < lowest ? ALL(lowest) : x; }

// x · Φ(x), with Φ the normal distribution: the form by erf. Relative error at most 5 · 10⁻⁷, also in the left tail;
// below −13.1 it is −0.
//
// It is max(x, 0) − |x| Φ(−|x|), and Φ(−|x|) = e^(−x²/2) · g(|x|), where g falls slowly and is a polynomial of
// (|x| − 3) / (|x| + 3). Steps that need not wait for each other do not: the length of the chain is what takes time.
INLINE float16 gelu16(float16 x) {
    float16 t = magnitude16(x);
    t = t > 13.2f ? ALL(13.2f) : t;
    float16 square = t * t;
    float16 lost = FMA16(t, t, -square);
    float16 shifted = FMA16(square, ALL(-0.5f * 1.44269504f), ALL(TO_WHOLE));
    float16 n = shifted - TO_WHOLE;
    float16 low = FMA16(lost, ALL(-0.5f), n * 1.90465421e-9f);
    float16 r = FMA16(n, ALL(-0.693147182f), square * -0.5f) + low;
    float16 scaled = t * power16(shifted);
    float16 v = FMA16(ALL(-6.0f), 1.0f / (t + 3.0f), ALL(1.0f));
    float16 w = v * v;
    float16 q = FMA16(v, ALL(-0x1.a6b66ap-3f), ALL(0x1.f1b89cp-4f));
    float16 q2 = FMA16(v, ALL(-0x1.7a944cp-5f), ALL(0x1.f8bad0p-4f));
    float16 q4 = FMA16(v, ALL(0x1.7cb4bcp-9f), ALL(0x1.91df12p-8f));
    float16 q6 = FMA16(v, ALL(-0x1.63f9c8p-12f), ALL(-0x1.01e2eap-10f));
    float16 q8 = FMA16(v, ALL(0x1.c23b74p-15f), ALL(0x1.e4a02ep-14f));
    q4 = FMA16(FMA16(q8, w, q6), w, q4);
    q = FMA16(FMA16(q4, w, q2), w, q);
    float16 tail = FMA16(exp_rest_less_one16(r), q, q) * scaled;
    tail = t > 13.1f ? ALL(0.0f) : tail;
    return (x < 0.0f ? ALL(-0.0f) : x) - tail;
}

// x · sigmoid(slope), relative error at most 2 · 10⁻⁷ + 6 · 10⁻⁸ · |slope| where slope < 0 is itself rounded. Where the
// sigmoid is below the smallest normal float the result is −0.
INLINE float16 gated16(float16 x, float16 slope) {
    float16 power = exp_normal16(-magnitude16(slope));
    return x * ((x < 0.0f ? power : ALL(1.0f)) / (power + 1.0f));
}

// x · sigmoid(x). Relative error at most 3 · 10⁻⁷; below −87.3 it is −0.
INLINE float16 silu16(float16 x) {
    x = from_below16(x, -200.0f);
    return gated16(x, x);
}

// x · sigmoid(1.702 x).
INLINE float16 quick_gelu16(float16 x) {
    x = from_below16(x, -200.0f);
    return gated16(x, x * 1.702f);
}

// x / 2 · (1 + tanh(√(2/π) (x + 0.044715 x³))) = x · sigmoid(2 √(2/π) (x + 0.044715 x³)).
INLINE float16 gelu_tanh16(float16 x) {
    x = from_below16(x, -200.0f);
    float16 square = x * x;
    return gated16(x, x * FMA16(square, ALL(0.0713548163f), ALL(1.59576912f)));
}

INLINE float16 relu16(float16 x) { return x < 0.0f ? ALL(0.0f) : x; }
