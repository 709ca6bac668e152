#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The natural logarithm, for layers that otherwise need no Foundation.
package func naturalLogarithm(_ x: Double) -> Double { log(x) }

/// Two to the power of `x`.
package func powerOfTwo(_ x: Double) -> Double { exp2(x) }

/// `x` to the power of `exponent`.
package func power(_ x: Double, _ exponent: Double) -> Double { pow(x, exponent) }
