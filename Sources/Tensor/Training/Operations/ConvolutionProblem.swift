/// A convolution as products: windows spread out to columns, image by image, a bounded number of images at a time.
struct ConvolutionProblem {
    let images: NDArray
    let weight: NDArray
    let groups: Int
    let windows: ImageWindows

    private var imageCount: Int { images.shape[0] }
    private var inputs: Int { weight.shape[1] }
    private var outputs: Int { weight.shape[0] / groups }
    private var depth: Int { inputs * windows.size }

    init(images: NDArray, weight: NDArray, stride: Int, padding: Int, dilation: Int, groups: Int) {
        precondition(weight.rank == 4, "a weight of shape \(weight.shape), which is not [outputs × inputs × h × w]")
        precondition(
            groups > 0 && weight.shape[0] % groups == 0 && images.rank == 4
                && images.shape[1] == weight.shape[1] * groups,
            "images of shape \(images.shape) and a weight of shape \(weight.shape) in \(groups) groups")
        (self.images, self.weight, self.groups) = (images, weight, groups)
        windows = ImageWindows(
            shape: images.shape, windowHeight: weight.shape[2], windowWidth: weight.shape[3], stride: stride,
            padding: padding, dilation: dilation)
    }

    /// The weight of each group as a matrix.
    private var matrices: NDArray { weight.reshaped(to: [groups, outputs, depth]) }

    /// Images that are spread out together: about four million numbers.
    private var parts: [Range<Int>] {
        let size = max(1, (1 << 22) / max(1, groups * depth * windows.count))
        let all = 0..<imageCount
        return (0..<all.tileCount(size: size)).map { all.tile($0, size: size) }
    }

    /// The windows of some images: `[images × groups × depth × count]`.
    private func columns(_ part: Range<Int>) -> NDArray {
        let shape = [part.count, groups, depth, windows.count]
        let plane = windows.height * windows.width
        return images.withUnsafeBufferPointer { source in
            NDArray(shape: shape) { buffer in
                guard let from = source.baseAddress, let to = buffer.baseAddress else { return }
                let channels = groups * inputs
                parallelFor(part.count * channels) { tile in
                    windows.unfold(
                        from + (part.lowerBound * channels + tile) * plane, channels: 1,
                        into: to + tile * windows.size * windows.count)
                }
            }
        }
    }

    /// `[images × groups · outputs × h × w]`, without a bias.
    func output() -> NDArray {
        let target = [imageCount, groups * outputs, windows.outputHeight, windows.outputWidth]
        let results = parts.map { matrices.times(columns($0)) }
        return results.isEmpty ? NDArray(shape: target) : NDArray.concatenating(results).reshaped(to: target)
    }

    /// The gradient for the weight.
    func weightGradient(_ upstream: NDArray) -> NDArray {
        let upstream = upstream.reshaped(to: [imageCount, groups, outputs, windows.count])
        let sums = parts.map { part in
            upstream[part].times(columns(part), transposingOther: true).sum(axes: [0], keepingAxes: true)
        }
        guard !sums.isEmpty else { return NDArray(shape: weight.shape) }
        return NDArray.concatenating(sums).sum(axes: [0]).reshaped(to: weight.shape)
    }

    /// The gradient for the images.
    func imageGradient(_ upstream: NDArray) -> NDArray {
        let upstream = upstream.reshaped(to: [imageCount, groups, outputs, windows.count])
        let plane = windows.height * windows.width
        return NDArray(shape: images.shape) { buffer in
            guard let to = buffer.baseAddress else { return }
            for part in parts {
                let columns = matrices.times(upstream[part], transposingSelf: true)
                columns.withUnsafeBufferPointer { source in
                    guard let from = source.baseAddress else { return }
                    let channels = groups * inputs
                    parallelFor(part.count * channels) { tile in
                        windows.fold(
                            from + tile * windows.size * windows.count, channels: 1,
                            into: to + (part.lowerBound * channels + tile) * plane)
                    }
                }
            }
        }
    }
}
