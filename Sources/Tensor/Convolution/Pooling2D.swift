/// The largest or the mean value of each channel in windows over pictures `[n, h, w, c]`.
///
/// ```swift
/// let pooling = try Pooling2D(.maximum, window: 3, stride: 2, padding: 1)
/// let smaller = try pooling.apply(to: features)    // [n, h, w, c] → [n, h′, w′, c]
/// ```
public struct Pooling2D: Sendable {
    /// What is made of a window.
    public enum Kind: Sendable, Hashable {
        /// The largest value. Padding never wins; NaN does.
        case maximum
        /// The sum over the number of the window's pixels: with those of the padding, or without.
        case mean(countsPadding: Bool)
    }

    /// What is made of a window.
    public let kind: Kind
    let grid: WindowGrid

    /// - Parameters:
    ///   - kind: what is made of a window.
    ///   - window: its height and width; at least 1.
    ///   - stride: pixels from one window to the next; by default windows lie side by side.
    ///   - padding: pixels around the picture; at least 0 and less than the window, so that none lies outside.
    ///   - roundsUp: whether pixels left over at the end get a window that hangs over the edge (`ceil_mode` in
    ///     PyTorch).
    /// - Throws: ``TensorError/parameter(name:value:valid:)`` when a parameter is out of range.
    public init(
        _ kind: Kind, window: Extent2D, stride: Extent2D? = nil, padding: Padding2D = 0, roundsUp: Bool = false
    ) throws(TensorError) {
        self.kind = kind
        grid = WindowGrid(window: window, stride: stride ?? window, padding: padding, roundsUp: roundsUp)
        try grid.validate()
        guard max(padding.top, padding.bottom) < window.height && max(padding.left, padding.right) < window.width
        else {
            throw .parameter(name: "padding", value: "\(padding)", valid: "less than the window's \(window)")
        }
    }

    /// The height and width of a window.
    public var window: Extent2D { grid.window }
    /// Pixels from one window to the next.
    public var stride: Extent2D { grid.stride }
    /// Pixels around the picture.
    public var padding: Padding2D { grid.padding }

    /// The shape of the output for an input of shape `[n, h, w, c]`: `[n, h′, w′, c]`.
    ///
    /// - Throws: ``TensorError/shape(_:)`` when the shape is of another rank, or the window is larger than the padded
    ///   picture.
    public func outputShape(for shape: [Int]) throws(TensorError) -> [Int] {
        let problem = try WindowProblem(grid, shape: shape)
        return [problem.batch, problem.output.height, problem.output.width, problem.channels]
    }

    /// The pooling of pictures `[n, h, w, c]`: `[n, h′, w′, c]`.
    ///
    /// - Throws: as ``outputShape(for:)``.
    /// - Complexity: O(n · h′ · w′ · c · window).
    public func apply(to input: NDArray) throws(TensorError) -> NDArray {
        var output = NDArray(shape: [0])
        try apply(to: input, into: &output)
        return output
    }

    /// As ``apply(to:)``, into an array whose memory is used again when it has the right shape.
    public func apply(to input: NDArray, into output: inout NDArray) throws(TensorError) {
        let problem = try WindowProblem(grid, shape: input.shape)
        let lines = (0..<problem.output.height).map { line in
            Self.span(
                line, grid.stride.height, grid.padding.top, window.height, problem.input.height, grid.padding.bottom)
        }
        let columns = (0..<problem.output.width).map { column in
            Self.span(
                column, grid.stride.width, grid.padding.left, window.width, problem.input.width, grid.padding.right)
        }
        PoolingWindows(kind: kind, lines: lines, columns: columns).run(input, into: &output)
    }

    /// The pixels of window `index` along one axis, and how many they are with those of the padding (but without those
    /// that hang over the padded edge).
    private static func span(
        _ index: Int, _ stride: Int, _ before: Int, _ window: Int, _ length: Int, _ after: Int
    ) -> PoolingWindows.Span {
        let start = index * stride - before
        let end = min(start + window, length + after)
        return PoolingWindows.Span(pixels: max(0, start)..<min(end, length), counted: end - start)
    }
}
