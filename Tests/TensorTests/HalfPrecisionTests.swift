import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct HalfPrecisionTests {
    /// The definition of binary16 and bfloat16, by arithmetic in double precision.
    func exact(_ bits: UInt16, exponentBits: Int) -> Double {
        let fractionBits = 15 - exponentBits
        let bias = (1 << (exponentBits - 1)) - 1
        let sign: Double = bits >> 15 == 1 ? -1 : 1
        let exponent = Int(bits >> fractionBits) & ((1 << exponentBits) - 1)
        let fraction = Double(bits & ((1 << fractionBits) - 1)) / Double(1 << fractionBits)
        if exponent == (1 << exponentBits) - 1 { return fraction == 0 ? sign * .infinity : .nan }
        func power(_ exponent: Int) -> Double { Double(sign: .plus, exponent: exponent, significand: 1) }
        return exponent == 0 ? sign * fraction * power(1 - bias) : sign * (1 + fraction) * power(exponent - bias)
    }

    func widen(_ format: HalfPrecision, _ bits: [UInt16]) -> [Float] {
        [Float](unsafeUninitializedCapacity: bits.count) { buffer, count in
            count = bits.count
            if let target = buffer.baseAddress { format.widen(bits, into: target, count: count) }
        }
    }

    func narrow(_ format: HalfPrecision, _ values: [Float]) -> [UInt16] {
        [UInt16](unsafeUninitializedCapacity: values.count) { buffer, count in
            count = values.count
            if let target = buffer.baseAddress { format.narrow(values, into: target, count: count) }
        }
    }

    @Test("every number of 16 bits is widened exactly and comes back", arguments: HalfPrecision.allCases)
    func all(format: HalfPrecision) {
        let all = (0...UInt16.max).map { $0 }
        let exponentBits = format == .float16 ? 5 : 8
        let results = atEachLevel { widen(format, all) }
        #expect(results.allSatisfy { $0.map(\.bitPattern) == results[0].map(\.bitPattern) })
        var wrong = 0
        for (bits, value) in zip(all, results[0]) {
            let expected = exact(bits, exponentBits: exponentBits)
            if expected.isNaN
                ? !value.isNaN : Double(value) != expected || value.sign != (bits >> 15 == 1 ? .minus : .plus)
            {
                wrong += 1
            }
        }
        #expect(wrong == 0)
        // Only signalling NaN comes back changed, as quiet.
        let quiet: UInt16 = format == .float16 ? 0x200 : 0x40
        for back in atEachLevel({ narrow(format, results[0]) }) {
            #expect(
                zip(all, back).allSatisfy {
                    $0 == $1 || exact($0, exponentBits: exponentBits).isNaN && $1 == $0 | quiet
                })
        }
    }

    @Test(
        "narrowing takes the nearest, even on ties, with the same bits at every level",
        arguments: HalfPrecision.allCases)
    func rounding(format: HalfPrecision) {
        let exponentBits = format == .float16 ? 5 : 8
        let largest: UInt16 = format == .float16 ? 0x7bff : 0x7f7f
        // Between each neighbouring pair: the middle and its neighbours, of both signs.
        var values: [Float] = []
        var expected: [UInt16] = []
        for bits in stride(from: UInt16(0), to: largest, by: 7) {
            let (low, high) = (exact(bits, exponentBits: exponentBits), exact(bits + 1, exponentBits: exponentBits))
            let middle = Float((low + high) / 2)
            guard Double(middle) == (low + high) / 2 else { continue }
            values += [middle.nextDown, middle, middle.nextUp, -middle]
            let even = bits % 2 == 0 ? bits : bits + 1
            expected += [bits, even, bits + 1, even | 0x8000]
        }
        for result in atEachLevel({ narrow(format, values) }) { #expect(result == expected) }
        for count in [0, 1, 15, 17, 33] {
            #expect(
                atEachLevel { narrow(format, Array(values.prefix(count))) }.allSatisfy {
                    $0 == expected.prefix(count).map { $0 }
                })
        }
        let dense = stride(from: UInt32(0), to: .max, by: 10_007).map { Float(bitPattern: $0) }
        let narrowed = atEachLevel { narrow(format, dense) }
        #expect(narrowed.allSatisfy { $0 == narrowed[0] })
    }

    struct Golden: Decodable {
        let bits: [UInt32]
        let float16, bfloat16: [UInt16]
    }

    @Test("narrowing agrees with NumPy and PyTorch")
    func references() throws {
        let golden = try golden("conversions.json", as: Golden.self)
        let values = golden.bits.map { Float(bitPattern: $0) }
        for (format, expected) in [(HalfPrecision.float16, golden.float16), (.bfloat16, golden.bfloat16)] {
            let result = narrow(format, values)
            for (index, value) in values.enumerated() {
                if value.isNaN {
                    #expect(widen(format, [result[index], expected[index]]).allSatisfy { $0.isNaN })
                } else {
                    #expect(result[index] == expected[index], "\(value)")
                }
            }
        }
    }
}
