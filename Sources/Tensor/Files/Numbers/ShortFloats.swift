// Conversion between `Float` and the two 16-bit formats. Written out because `Float16` does not exist on every platform, and
// without branches, so that the compiler makes vector code of a loop over them.

extension Float {
    /// The value of an IEEE 754 half-precision number.
    @inline(__always)
    init(halfPrecisionBits bits: UInt16) {
        let sign = UInt32(bits & 0x8000) << 16
        let magnitude = UInt32(bits & 0x7FFF)
        // The exponent's bias differs by 112; a multiplication puts that right for normal and subnormal numbers alike.
        let finite = (Float(bitPattern: magnitude << 13) * 0x1p112).bitPattern
        let special = magnitude << 13 | 0x7F80_0000
        self.init(bitPattern: sign | (magnitude >= 0x7C00 ? special : finite))
    }

    /// The value of a bfloat16 number, which is the upper half of a `Float`.
    @inline(__always)
    init(brainPrecisionBits bits: UInt16) { self.init(bitPattern: UInt32(bits) << 16) }

    /// The nearest half-precision number, ties to even; too large a value becomes infinite, a NaN stays one.
    @inline(__always)
    var halfPrecisionBits: UInt16 {
        let sign = bitPattern >> 16 & 0x8000
        let magnitude = bitPattern & 0x7FFF_FFFF
        // Normal: the bias is put right, and what is dropped is rounded by an addition that carries into the exponent. The
        // largest numbers round up to the exponent of infinity by themselves.
        let normal = (magnitude &- 0x3800_0000 &+ 0xFFF &+ (magnitude >> 13 & 1)) >> 13
        // Subnormal: one half's unit in the last place of a `Float` is 2⁻²⁴, so that the addition rounds.
        let subnormal = (Float(bitPattern: magnitude) + 0.5).bitPattern &- (0.5 as Float).bitPattern
        let special: UInt32 = magnitude > 0x7F80_0000 ? 0x7E00 | (magnitude >> 13 & 0x1FF) : 0x7C00
        let rounded = magnitude < 0x3880_0000 ? subnormal : normal
        return UInt16(truncatingIfNeeded: sign | (magnitude >= 0x4780_0000 ? special : rounded))
    }

    /// The nearest bfloat16 number, ties to even; too large a value becomes infinite, a NaN stays one.
    @inline(__always)
    var brainPrecisionBits: UInt16 {
        let rounded = bitPattern &+ 0x7FFF &+ (bitPattern >> 16 & 1)
        let isNaN = bitPattern & 0x7FFF_FFFF > 0x7F80_0000
        return UInt16(truncatingIfNeeded: (isNaN ? bitPattern | 0x40_0000 : rounded) >> 16)
    }
}
