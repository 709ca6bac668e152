/// Which original pixels, with which integer weights, make each pixel along one side of a resized picture.
struct ResamplingWeights {
    /// Weights are multiples of 2⁻²²: 32 bits less 8 for the pixel and 2 for the filters' overshoot.
    static let precisionBits: Int32 = 32 - 8 - 2

    /// The places in `values` that are set aside for each output pixel, a multiple of 4; those not used are 0.
    let width: Int
    /// The first original pixel of each output pixel.
    private(set) var firsts: [Int32] = []
    /// How many original pixels each output pixel is made of.
    private(set) var counts: [Int32] = []
    /// `[outputs × width]`.
    private(set) var values: [Int32]

    /// The weights that map a side of `input` pixels to one of `output`.
    ///
    /// - Complexity: O(input + output) times the filter's support.
    init(input: Int, output: Int, filter: ResamplingFilter) {
        let scale = Double(input) / Double(output)
        let filterScale = max(scale, 1)
        let support = filter.support * filterScale
        let inverse = 1 / filterScale
        width = (Int(support.rounded(.up)) * 2 + 1 + 3) / 4 * 4
        values = [Int32](repeating: 0, count: output * width)
        firsts.reserveCapacity(output)
        counts.reserveCapacity(output)
        var weights = [Double](repeating: 0, count: width)
        for index in 0..<output {
            let center = (Double(index) + 0.5) * scale
            let first = max(0, Int(center - support + 0.5))
            let count = min(input, Int(center + support + 0.5)) - first
            var sum = 0.0
            for k in 0..<count {
                weights[k] = filter.weight((Double(k + first) - center + 0.5) * inverse)
                sum += weights[k]
            }
            for k in 0..<count {
                let normalized = sum == 0 ? weights[k] : weights[k] / sum
                let scaled = normalized * Double(Int32(1) << Self.precisionBits)
                values[index * width + k] = Int32(normalized < 0 ? scaled - 0.5 : scaled + 0.5)
            }
            firsts.append(Int32(first))
            counts.append(Int32(count))
        }
    }

    /// Of each four weights w the remainders w & 2047, then w >> 11: numbers of 16 bits. `[outputs × width / 4 × 8]`
    var halves: [Int16] {
        [Int16](unsafeUninitializedCapacity: values.count * 2) { target, count in
            for (place, value) in values.enumerated() {
                let start = place / 4 * 8 + place % 4
                target[start] = Int16(truncatingIfNeeded: value & 2047)
                target[start + 4] = Int16(truncatingIfNeeded: value >> 11)
            }
            count = values.count * 2
        }
    }

    /// The number of output pixels.
    var outputCount: Int { firsts.count }

    /// The original pixels that any output pixel looks at.
    var reach: Range<Int> {
        guard let first = firsts.first, let last = firsts.last, let count = counts.last else { return 0..<0 }
        return Int(first)..<Int(last + count)
    }
}
