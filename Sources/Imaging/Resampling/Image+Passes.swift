extension Image {
    /// The rows in `range`, each resampled along its length: the first pass.
    func resampledRows(_ weights: ResamplingWeights, _ range: Range<Int>) -> Image {
        let newWidth = weights.spans.count
        return pixels.withUnsafeBufferPointer { source in
            Image(width: newWidth, height: range.count, colorModel: colorModel) { target in
                guard let source = source.baseAddress, let target = target.baseAddress else { return }
                for y in range {
                    let row = source + y * width * channelCount
                    let output = target + (y - range.lowerBound) * newWidth * channelCount
                    // The number of channels is made known to the compiler.
                    switch channelCount {
                    case 1: resampleRow(row, output, weights, channels: 1)
                    case 2: resampleRow(row, output, weights, channels: 2)
                    case 3: resampleRow(row, output, weights, channels: 3)
                    default: resampleRow(row, output, weights, channels: 4)
                    }
                }
            }
        }
    }

    /// All columns resampled along their height: the second pass. The weights count rows from `firstRow` before this
    /// picture's first.
    func resampledColumns(_ weights: ResamplingWeights, firstRow: Int) -> Image {
        let stride = width * channelCount
        return pixels.withUnsafeBufferPointer { source in
            Image(width: width, height: weights.spans.count, colorModel: colorModel) { target in
                guard let source = source.baseAddress, let target = target.baseAddress else { return }
                withUnsafeTemporaryAllocation(of: Int32.self, capacity: stride) { sums in
                    for (y, span) in weights.spans.enumerated() {
                        sums.initialize(repeating: ResamplingWeights.half)
                        for k in 0..<span.count {
                            let row = source + (span.first - firstRow + k) * stride
                            let weight = weights.values[y * weights.width + k]
                            for i in 0..<stride { sums[i] &+= Int32(row[i]) &* weight }
                        }
                        let output = target + y * stride
                        for i in 0..<stride { output[i] = ResamplingWeights.byte(sums[i]) }
                    }
                }
            }
        }
    }
}

@inline(__always)
private func resampleRow(
    _ source: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>, _ weights: ResamplingWeights, channels: Int
) {
    weights.values.withUnsafeBufferPointer { values in
        weights.spans.withUnsafeBufferPointer { spans in
            for x in 0..<spans.count {
                let span = spans[x]
                let start = source + span.first * channels
                var sums = SIMD4<Int32>(repeating: ResamplingWeights.half)
                for k in 0..<span.count {
                    let weight = values[x * weights.width + k]
                    for c in 0..<channels { sums[c] &+= Int32(start[k * channels + c]) &* weight }
                }
                for c in 0..<channels { target[x * channels + c] = ResamplingWeights.byte(sums[c]) }
            }
        }
    }
}
