private import CKernels

/// The windows of a pooling, as the pixels that each covers along each axis.
struct PoolingWindows {
    struct Span {
        /// The pixels inside of the picture.
        let pixels: Range<Int>
        /// How many pixels there are with those of the padding.
        let counted: Int
    }

    let kind: Pooling2D.Kind
    let lines: [Span]
    let columns: [Span]

    /// Pools `[n, h, w, c]`, in parallel over lines of output.
    func run(_ input: NDArray, into output: inout NDArray) {
        let (batch, height, width, channels) = (input.shape[0], input.shape[1], input.shape[2], input.shape[3])
        let shape = [batch, lines.count, columns.count, channels]
        if output.shape != shape { output = NDArray(shape: shape) { _ in } }
        input.withUnsafeBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                guard target.count > 0, let target = target.baseAddress, let source = source.baseAddress else { return }
                parallelFor(batch * lines.count) { index in
                    let (picture, line) = index.quotientAndRemainder(dividingBy: lines.count)
                    let start = source + (picture * height + lines[line].pixels.lowerBound) * width * channels
                    for column in columns.indices {
                        pool(
                            lines[line], columns[column], start + columns[column].pixels.lowerBound * channels,
                            width: width, channels: channels,
                            into: target + (index * columns.count + column) * channels)
                    }
                }
            }
        }
    }

    @inline(__always)
    private func pool(
        _ line: Span, _ column: Span, _ source: UnsafePointer<Float>, width: Int, channels: Int,
        into target: UnsafeMutablePointer<Float>
    ) {
        let (height, length) = (line.pixels.count, column.pixels.count)
        switch kind {
        case .maximum:
            kindred_pool_maximum(source, height, width * channels, length, channels, target)
        case .mean(let countsPadding):
            let count = countsPadding ? line.counted * column.counted : height * length
            kindred_pool_mean(source, height, width * channels, length, channels, Double(count), target)
        }
    }
}
