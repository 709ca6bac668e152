/// The windows that a convolution or a pooling lays over a picture.
struct WindowGrid: Sendable, Hashable {
    /// Taps of a window along each axis.
    var window: Extent2D
    var stride: Extent2D = 1
    var padding: Padding2D = 0
    var dilation: Extent2D = 1
    /// Whether a last window that hangs over the padded edge counts (poolings of some older networks).
    var roundsUp = false

    /// No parameter and no picture has an axis longer than this, so that no arithmetic overflows.
    private static let limit = 1 << 24

    /// The pixels from a window's first tap to its last.
    var reach: Extent2D {
        Extent2D(height: (window.height - 1) * dilation.height + 1, width: (window.width - 1) * dilation.width + 1)
    }

    /// Whether each output pixel depends on the input pixel in its place alone.
    var isPointwise: Bool { window == 1 && stride == 1 && padding.isZero }

    func validate() throws(TensorError) {
        func check(_ name: String, _ value: Int, from least: Int) throws(TensorError) {
            guard value >= least && value <= Self.limit else {
                throw .parameter(name: name, value: "\(value)", valid: "between \(least) and \(Self.limit)")
            }
        }
        for (name, extent) in [("window", window), ("stride", stride), ("dilation", dilation)] {
            try check("\(name).height", extent.height, from: 1)
            try check("\(name).width", extent.width, from: 1)
        }
        try check("padding.top", padding.top, from: 0)
        try check("padding.left", padding.left, from: 0)
        try check("padding.bottom", padding.bottom, from: 0)
        try check("padding.right", padding.right, from: 0)
    }

    /// The number of windows along each axis of a picture.
    func output(for input: Extent2D) throws(TensorError) -> Extent2D {
        guard input.height <= Self.limit && input.width <= Self.limit else {
            throw .shape("a picture of \(input) pixels is longer than \(Self.limit) on one side")
        }
        let height = input.height + padding.top + padding.bottom
        let width = input.width + padding.left + padding.right
        guard reach.height <= height && reach.width <= width else {
            throw .shape(
                "a window that reaches over \(reach) pixels does not fit into a picture of "
                    + "\(Extent2D(height: height, width: width)), padding included; use more padding")
        }
        return Extent2D(
            height: count(height - reach.height, stride.height, input.height + padding.top),
            width: count(width - reach.width, stride.width, input.width + padding.left))
    }

    /// Windows that start at 0, `stride`, … up to `room`; one more that hangs over when rounding up, unless it would
    /// start behind the picture, in the padding at its end.
    private func count(_ room: Int, _ stride: Int, _ end: Int) -> Int {
        let whole = room / stride + 1
        return roundsUp && room % stride != 0 && whole * stride < end ? whole + 1 : whole
    }
}
