/// The windows of a grid over a batch of pictures, channels last, and the pictures made of them.
struct WindowProblem {
    let grid: WindowGrid
    let batch: Int
    let input: Extent2D
    let output: Extent2D
    let channels: Int

    /// - Throws: ``TensorError/shape(_:)`` when `shape` is not `[n, h, w, c]` or the windows do not fit.
    init(_ grid: WindowGrid, shape: [Int]) throws(TensorError) {
        guard shape.count == 4 else {
            throw .shape("the input has shape \(shape); it must be [pictures, height, width, channels]")
        }
        self.grid = grid
        batch = shape[0]
        input = Extent2D(height: shape[1], width: shape[2])
        channels = shape[3]
        output = try grid.output(for: input)
    }
}
