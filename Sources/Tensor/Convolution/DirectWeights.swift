/// Weights packed for convolution as a product: for each group `[out / groups]` vectors over (line, column, channel).
struct DirectWeights: Sendable {
    /// Channels of one group.
    let inputChannels: Int
    let outputChannels: Int
    let groups: [PackedColumns]

    /// Packs weights `[out, in / groups, height, width]`.
    init(_ weights: NDArray, groups count: Int) {
        let channels = weights.shape[1]
        let area = weights.shape[2] * weights.shape[3]
        let outputs = weights.shape[0] / count
        inputChannels = channels
        outputChannels = outputs
        groups = weights.withUnsafeBufferPointer { source in
            (0..<count).map { group in
                PackedColumns(
                    rowsOf: Matrix(rows: outputs, columns: area * channels) { rows in
                        for output in 0..<outputs {
                            let from = (group * outputs + output) * channels * area
                            for channel in 0..<channels {
                                for tap in 0..<area {
                                    rows[(output * area + tap) * channels + channel] =
                                        source[from + channel * area + tap]
                                }
                            }
                        }
                    })
            }
        }
    }

    /// The weights `[out, in / groups, height, width]`.
    func unpacked(kernel: Extent2D) -> NDArray {
        NDArray(shape: [outputChannels * groups.count, inputChannels, kernel.height, kernel.width]) { target in
            for (group, packed) in groups.enumerated() {
                for output in 0..<outputChannels {
                    let (panel, lane) = output.quotientAndRemainder(dividingBy: PackedColumns.panel)
                    let vector = packed.start(ofColumn: panel * PackedColumns.panel) + lane
                    let start = (group * outputChannels + output) * packed.depth
                    for channel in 0..<inputChannels {
                        for tap in 0..<kernel.area {
                            target[start + channel * kernel.area + tap] =
                                vector[(tap * inputChannels + channel) * PackedColumns.panel]
                        }
                    }
                }
            }
        }
    }
}
