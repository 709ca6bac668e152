/// The gradients of a convolution as products: windows are spread out to rows, a bounded number of pictures at a time.
struct ConvolutionGradients {
    private let images: NDArray
    private let weight: NDArray
    private let groups: Int
    private let windows: WindowProblem

    init(images: NDArray, weight: NDArray, groups: Int, windows: WindowProblem) {
        (self.images, self.weight, self.groups) = (images, weight, groups)
        self.windows = windows
    }

    private var outputs: Int { weight.shape[0] / groups }

    /// Pictures that are spread out together: about four million numbers.
    private var parts: [Range<Int>] {
        let size = max(1, (1 << 22) / max(1, windows.windows * windows.taps * windows.channels))
        let all = 0..<windows.batch
        return (0..<all.tileCount(size: size)).map { all.tile($0, size: size) }
    }

    /// What came back for some pictures, for each group: `[groups × (pictures · windows) × outputs / groups]`.
    private func grouped(_ upstream: NDArray, _ part: Range<Int>) -> NDArray {
        upstream[part].reshaped(to: [part.count * windows.windows, groups, outputs]).permutingAxes([1, 0, 2])
    }

    /// The gradient for the weight `[outputs × inputs / groups × height × width]`.
    func forWeight(_ upstream: NDArray) -> NDArray {
        let sums = parts.map { part in
            grouped(upstream, part).times(windows.unfold(images, part, groups: groups), transposingSelf: true)
        }
        guard !sums.isEmpty else { return NDArray(shape: weight.shape) }
        let shape = weight.shape
        return (sums.count == 1 ? sums[0] : NDArray(stacking: sums).sum(axes: [0]))
            .reshaped(to: [shape[0], shape[2], shape[3], shape[1]]).permutingAxes([0, 3, 1, 2])
    }

    /// The gradient for the images.
    func forImages(_ upstream: NDArray) -> NDArray {
        let matrices = weight.permutingAxes([0, 2, 3, 1])
            .reshaped(to: [groups, outputs, windows.taps * windows.channels / groups])
        return NDArray(shape: images.shape) { buffer in
            buffer.update(repeating: 0)
            guard let target = buffer.baseAddress else { return }
            for part in parts {
                windows.fold(grouped(upstream, part).times(matrices), part, groups: groups, into: target)
            }
        }
    }
}
