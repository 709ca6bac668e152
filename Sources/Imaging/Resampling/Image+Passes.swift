private import CImageCodecs

/// Which compiled form of the resizing loops runs. It changes the time, never the result.
package enum ResamplingLevel: Int32, Sendable, CaseIterable {
    case portable = 0
    case avx2 = 1
    case avx512 = 2

    /// The best that this processor has.
    package static let best = ResamplingLevel(rawValue: kindred_resample_best_level()) ?? .portable
}

extension Image {
    /// The rows in `range`, each resampled along its length: the first pass, mostly.
    func resampledRows(_ weights: ResamplingWeights, _ range: Range<Int>, _ level: ResamplingLevel) -> Image {
        weights.firsts.withUnsafeBufferPointer { firsts in
            weights.counts.withUnsafeBufferPointer { counts in
                weights.values.withUnsafeBufferPointer { values in
                    weights.halves.withUnsafeBufferPointer { halves in
                        var table = kindred_weights(
                            outputs: UInt32(weights.outputCount), width: UInt32(weights.width),
                            firsts: firsts.baseAddress, counts: counts.baseAddress, values: values.baseAddress,
                            halves: halves.baseAddress)
                        return transformed(width: weights.outputCount, height: range.count) { source, target in
                            let start = range.lowerBound * width * channelCount
                            kindred_resample_rows(
                                source + start, width * channelCount, pixels.count - start, range.count, target,
                                weights.outputCount * channelCount, UInt32(channelCount), &table, level.rawValue)
                        }
                    }
                }
            }
        }
    }

    /// All columns resampled along their height: the second pass, mostly. The weights count rows from `firstRow` before
    /// this picture's first.
    func resampledColumns(_ weights: ResamplingWeights, firstRow: Int, _ level: ResamplingLevel) -> Image {
        let stride = width * channelCount
        return weights.values.withUnsafeBufferPointer { values in
            transformed(width: width, height: weights.outputCount) { source, target in
                guard let values = values.baseAddress else { return }
                for y in 0..<weights.outputCount {
                    kindred_resample_columns(
                        source + (Int(weights.firsts[y]) - firstRow) * stride, stride, values + y * weights.width,
                        weights.counts[y], target + y * stride, level.rawValue)
                }
            }
        }
    }

    private func transformed(
        width: Int, height: Int, _ fill: (UnsafePointer<UInt8>, UnsafeMutablePointer<UInt8>) -> Void
    ) -> Image {
        pixels.withUnsafeBufferPointer { source in
            Image(width: width, height: height, colorModel: colorModel) { target in
                guard let source = source.baseAddress, let target = target.baseAddress else { return }
                fill(source, target)
            }
        }
    }
}
