/// Which original pixels, with which integer weights, make each pixel along one side of a resized picture.
struct ResamplingWeights {
    /// Weights are multiples of 2⁻²²: 32 bits less 8 for the pixel and 2 for the filters' overshoot.
    static let precisionBits: Int32 = 32 - 8 - 2

    /// The places in `values` that are set aside for each output pixel.
    let width: Int
    /// The first original pixel of each output pixel, and how many there are.
    private(set) var spans: [(first: Int, count: Int)] = []
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
        width = Int(support.rounded(.up)) * 2 + 1
        values = [Int32](repeating: 0, count: output * width)
        spans.reserveCapacity(output)
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
            spans.append((first, count))
        }
    }

    /// A weighted sum, scaled back and clipped to a byte.
    @inline(__always)
    static func byte(_ sum: Int32) -> UInt8 { UInt8(truncatingIfNeeded: min(255, max(0, sum >> precisionBits))) }

    /// Half of the last bit, which the shift in ``byte(_:)`` then rounds.
    static let half: Int32 = 1 << (precisionBits - 1)
}
