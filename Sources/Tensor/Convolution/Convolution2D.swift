/// A two-dimensional convolution over pictures `[n, h, w, c]`, channels last, with bias and activation.
///
/// The layer is a value; its weights are packed once, when it is made. As everywhere in neural networks the kernel is
/// not flipped (a cross-correlation).
///
/// ```swift
/// let layer = try Convolution2D(weights: weights, bias: bias, stride: 2, padding: 3, activation: .relu)
/// let features = try layer.apply(to: pictures)     // [n, h, w, in] → [n, h′, w′, out]
/// ```
///
/// A picture's result depends on nothing but the picture and the layer: it is the same bits in any batch, for any
/// number of threads and with any SIMD instructions. Except with Winograd's method each output is one chain of fused
/// multiply-adds, over the window's lines, then its columns, then the channels, to which the bias is added last.
public struct Convolution2D: Sendable {
    /// How the sums are computed.
    public enum Method: Sendable, Hashable {
        /// The fastest one for the channels and the picture that keeps ``Convolution2D/winogradTolerance`` on the
        /// layer's weights. It never depends on the number of pictures.
        case automatic
        /// As the definition says.
        case direct
        /// Winograd's F(2×2, 3×3): 2.25 times fewer multiplications, and as accurate as the definition.
        case winograd2
        /// Winograd's F(4×4, 3×3): 4 times fewer multiplications.
        case winograd4
    }

    /// The number of channels of the input.
    public let inputChannels: Int
    /// The number of channels of the output.
    public let outputChannels: Int
    /// Channels are cut into this many groups that do not see each other.
    public let groups: Int
    /// The bias `[out]`, if there is one.
    public let bias: NDArray?
    /// What is done to each output: ReLU costs nothing, others are applied to each tile while it is in the cache.
    public let activation: Activation
    /// How the sums are computed, as it was asked for.
    public let method: Method
    /// The height and width that pictures usually have, where the layer was told.
    public let pictureSize: Extent2D?
    let grid: WindowGrid
    let taps: Taps
    /// The weights transformed for Winograd's method, where it may serve.
    let winograd: WinogradWeights?

    /// The weights as the definition needs them.
    enum Taps: Sendable {
        case products(DirectWeights)
        case depthwise(DepthwiseWeights)
    }

    /// The largest error that ``Method/automatic`` admits for Winograd's method, relative to the output's root mean
    /// square, on a picture of normally distributed numbers; it is measured when the layer is made.
    public static let winogradTolerance = 1e-4

    /// A layer with the given weights.
    ///
    /// - Parameters:
    ///   - weights: `[out, in / groups, kernel height, kernel width]`, as in PyTorch's checkpoints.
    ///   - bias: `[out]`; none by default.
    ///   - stride: pixels from one window to the next; at least 1.
    ///   - padding: zeros around the picture; at least 0.
    ///   - dilation: pixels from one of a window's taps to the next; at least 1.
    ///   - groups: divides both numbers of channels; with as many groups as input channels the layer is depthwise.
    ///   - activation: what is done to each output.
    ///   - method: how to compute; Winograd's methods serve 3 × 3 kernels of stride 1 without dilation and groups.
    ///   - pictureSize: the height and width that pictures usually have: ``Method/automatic`` prepares for it, by
    ///     default for large pictures. Other pictures are computed, too.
    /// - Throws: ``TensorError/shape(_:)`` when shapes disagree, ``TensorError/parameter(name:value:valid:)`` when a
    ///   parameter is out of range or the method does not serve the layer.
    /// - Complexity: O(weights); for Winograd's method four times the weights' memory is held besides them.
    public init(
        weights: NDArray, bias: NDArray? = nil, stride: Extent2D = 1, padding: Padding2D = 0, dilation: Extent2D = 1,
        groups: Int = 1, activation: Activation = .identity, method: Method = .automatic,
        pictureSize: Extent2D? = nil
    ) throws(TensorError) {
        let shape = weights.shape
        guard shape.count == 4, shape.allSatisfy({ $0 > 0 }) else {
            throw .shape("the weights have shape \(shape); they must be [out, in / groups, height, width], none 0")
        }
        guard groups > 0 && shape[0] % groups == 0 else {
            throw .parameter(name: "groups", value: "\(groups)", valid: "a divisor of the \(shape[0]) output channels")
        }
        if let bias, bias.shape != [shape[0]] {
            throw .shape("the bias has shape \(bias.shape), expected [\(shape[0])]")
        }
        grid = WindowGrid(
            window: Extent2D(height: shape[2], width: shape[3]), stride: stride, padding: padding, dilation: dilation)
        try grid.validate()
        outputChannels = shape[0]
        inputChannels = shape[1] * groups
        self.groups = groups
        self.bias = bias
        self.activation = activation
        self.method = method
        self.pictureSize = pictureSize
        taps =
            groups == inputChannels && groups > 1
            ? .depthwise(DepthwiseWeights(weights)) : .products(DirectWeights(weights, groups: groups))
        winograd = try Self.winogradWeights(weights, grid, groups: groups, method, pictureSize)
    }

    private static func winogradWeights(
        _ weights: NDArray, _ grid: WindowGrid, groups: Int, _ method: Method, _ pictureSize: Extent2D?
    ) throws(TensorError) -> WinogradWeights? {
        let serves = grid.window == 3 && grid.stride == 1 && grid.dilation == 1 && groups == 1
        switch method {
        case .direct: return nil
        case .automatic:
            let output = try pictureSize.map { size throws(TensorError) in try grid.output(for: size) }
            let plan = WinogradPlan(inputChannels: weights.shape[1], outputChannels: weights.shape[0])
            guard serves, let tile = plan.tile(for: output) else { return nil }
            let transformed = WinogradWeights(weights, tile: tile)
            return transformed.measuredError(weights) <= winogradTolerance ? transformed : nil
        case .winograd2, .winograd4:
            guard serves else {
                throw .parameter(
                    name: "method", value: "\(method)",
                    valid: "automatic or direct, except for 3 × 3 kernels of stride 1 without dilation and groups")
            }
            return WinogradWeights(weights, tile: method == .winograd2 ? 2 : 4)
        }
    }

    /// The height and width of the kernel.
    public var kernel: Extent2D { grid.window }
    /// Pixels from one window to the next.
    public var stride: Extent2D { grid.stride }
    /// Zeros around the picture.
    public var padding: Padding2D { grid.padding }
    /// Pixels from one of a window's taps to the next.
    public var dilation: Extent2D { grid.dilation }

    /// The weights `[out, in / groups, kernel height, kernel width]`.
    ///
    /// - Complexity: O(weights), they are unpacked.
    public var weights: NDArray {
        switch taps {
        case .products(let weights): weights.unpacked(kernel: grid.window)
        case .depthwise(let weights): weights.unpacked(kernel: grid.window)
        }
    }

    /// The shape of the output for an input of shape `[n, h, w, in]`: `[n, h′, w′, out]`.
    ///
    /// - Throws: ``TensorError/shape(_:)`` when the shape is of another rank, the number of channels is another, or the
    ///   kernel is larger than the padded picture.
    public func outputShape(for shape: [Int]) throws(TensorError) -> [Int] {
        let problem = try problem(shape)
        return [problem.batch, problem.output.height, problem.output.width, outputChannels]
    }

    /// The convolution of pictures `[n, h, w, in]`: `[n, h′, w′, out]`.
    ///
    /// - Parameters:
    ///   - input: the pictures.
    ///   - memory: working memory; give all layers the same to use it again.
    /// - Throws: as ``outputShape(for:)``.
    /// - Complexity: O(n · h′ · w′ · out · kernel · in / groups) time; about 2 MB of working memory for each thread,
    ///   and with Winograd's method on small pictures up to 10 MB more.
    public func apply(to input: NDArray, memory: WorkspacePool = WorkspacePool()) throws(TensorError) -> NDArray {
        let problem = try problem(input.shape)
        return NDArray(shape: try outputShape(for: input.shape)) { target in
            run(problem, input, target.baseAddress, memory)
        }
    }

    /// As ``apply(to:memory:)``, into an array whose memory is used again when it has the right shape.
    ///
    /// New memory costs the system more time than many a layer takes.
    public func apply(
        to input: NDArray, into output: inout NDArray, memory: WorkspacePool = WorkspacePool()
    ) throws(TensorError) {
        let problem = try problem(input.shape)
        let shape = try outputShape(for: input.shape)
        if output.shape != shape { output = NDArray(shape: shape) { _ in } }
        output.withUnsafeMutableBufferPointer { run(problem, input, $0.baseAddress, memory) }
    }

    func problem(_ shape: [Int]) throws(TensorError) -> WindowProblem {
        let problem = try WindowProblem(grid, shape: shape)
        guard problem.channels == inputChannels else {
            throw .shape("the input has \(problem.channels) channels, the convolution takes \(inputChannels)")
        }
        return problem
    }

    private func run(
        _ problem: WindowProblem, _ input: NDArray, _ target: UnsafeMutablePointer<Float>?, _ memory: WorkspacePool
    ) {
        guard let target, problem.batch > 0 else { return }
        let work = ConvolutionWork(problem: problem, target: target, memory: memory)
        input.withUnsafeBufferPointer { source in
            guard let source = source.baseAddress else { return }
            withOptional(bias) { run(work, source, Epilogue(bias: $0, activation)) }
        }
    }

    /// The transformed weights, where Winograd's method is the one for these pictures.
    func winograd(for problem: WindowProblem) -> WinogradWeights? {
        winograd.flatMap { method != .automatic || $0.plan.pays(tile: $0.tile, for: problem.output) ? $0 : nil }
    }

    private func run(_ work: ConvolutionWork, _ source: UnsafePointer<Float>, _ epilogue: Epilogue) {
        if let winograd = winograd(for: work.problem) { return winograd.run(work, source, epilogue) }
        switch taps {
        case .products(let weights): weights.run(work, source, epilogue)
        case .depthwise(let weights): weights.run(work, source, epilogue)
        }
    }
}

/// What a method needs to know to do a layer's work.
struct ConvolutionWork {
    let problem: WindowProblem
    let target: UnsafeMutablePointer<Float>
    let memory: WorkspacePool
}

/// What happens to the sums before they are written.
struct Epilogue {
    let bias: UnsafePointer<Float>?
    /// ReLU is the kernels' business.
    let relu: Int32
    /// Any other activation follows after them.
    private let later: Activation?

    init(bias: UnsafePointer<Float>?, _ activation: Activation) {
        self.bias = bias
        relu = activation == .relu ? 1 : 0
        later = activation == .relu || activation == .identity ? nil : activation
    }

    /// Finishes outputs that kernels have just written: `rows` times `count` floats, `stride` apart.
    @inline(__always)
    func finish(_ target: UnsafeMutablePointer<Float>, rows: Int, count: Int, stride: Int) {
        guard let later else { return }
        for row in 0..<rows { RowKernel.apply(later, target + row * stride, into: target + row * stride, count: count) }
    }
}
