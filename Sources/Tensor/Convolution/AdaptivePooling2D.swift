/// Pooling to a fixed number of windows, whatever the size of the picture.
///
/// Window i of m over a length of n covers the pixels from ⌊i · n / m⌋ up to ⌈(i + 1) · n / m⌉, as in PyTorch: windows
/// overlap when m does not divide n.
public struct AdaptivePooling2D: Sendable {
    /// What is made of a window.
    public enum Kind: Sendable, Hashable {
        /// The largest value. NaN wins.
        case maximum
        /// The mean value.
        case mean
    }

    /// What is made of a window.
    public let kind: Kind
    /// The height and width of the output.
    public let output: Extent2D

    /// - Parameters:
    ///   - kind: what is made of a window.
    ///   - output: the height and width of the output, at least 1; 1 pools over whole pictures.
    /// - Throws: ``TensorError/parameter(name:value:valid:)`` when the output is out of range.
    public init(_ kind: Kind, output: Extent2D) throws(TensorError) {
        guard (1...1 << 24).contains(output.height) && (1...1 << 24).contains(output.width) else {
            throw .parameter(name: "output", value: "\(output)", valid: "between 1 and \(1 << 24) on each side")
        }
        self.kind = kind
        self.output = output
    }

    /// The pooling of pictures `[n, h, w, c]`: `[n, output height, output width, c]`.
    ///
    /// - Throws: ``TensorError/shape(_:)`` when the input is of another rank or its pictures have no pixels.
    /// - Complexity: O(n · h · w · c) where the output is smaller than the picture.
    public func apply(to input: NDArray) throws(TensorError) -> NDArray {
        var output = NDArray(shape: [0])
        try apply(to: input, into: &output)
        return output
    }

    /// As ``apply(to:)``, into an array whose memory is used again when it has the right shape.
    public func apply(to input: NDArray, into output: inout NDArray) throws(TensorError) {
        guard input.rank == 4, input.shape[1] > 0, input.shape[2] > 0 else {
            throw .shape(
                "the input has shape \(input.shape); it must be [pictures, height, width, channels] with pixels")
        }
        PoolingWindows(
            kind: kind == .maximum ? .maximum : .mean(countsPadding: false),
            lines: Self.spans(self.output.height, over: input.shape[1]),
            columns: Self.spans(self.output.width, over: input.shape[2])
        ).run(input, into: &output)
    }

    private static func spans(_ count: Int, over length: Int) -> [PoolingWindows.Span] {
        (0..<count).map { index in
            let pixels = index * length / count..<((index + 1) * length + count - 1) / count
            return PoolingWindows.Span(pixels: pixels, counted: pixels.count)
        }
    }
}

extension NDArray {
    /// The mean of each channel over whole pictures: `[n, h, w, c]` → `[n × c]`.
    ///
    /// - Throws: ``TensorError/shape(_:)`` when the array is of another rank or its pictures have no pixels.
    /// - Complexity: O(n · h · w · c).
    public func globalMeanPooling() throws(TensorError) -> Matrix { try globalPooling(.mean) }

    /// The largest value of each channel over whole pictures: `[n, h, w, c]` → `[n × c]`.
    ///
    /// - Throws: ``TensorError/shape(_:)`` when the array is of another rank or its pictures have no pixels.
    /// - Complexity: O(n · h · w · c).
    public func globalMaximumPooling() throws(TensorError) -> Matrix { try globalPooling(.maximum) }

    private func globalPooling(_ kind: AdaptivePooling2D.Kind) throws(TensorError) -> Matrix {
        let pooled = try AdaptivePooling2D(kind, output: 1).apply(to: self)
        return Matrix(pooled.reshaped(to: [pooled.shape[0], pooled.shape[3]]))
    }
}
