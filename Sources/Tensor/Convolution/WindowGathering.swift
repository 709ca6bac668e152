/// Gathers windows into vectors, (line, column, channel) in order, with zeros where a window leaves the picture.
struct WindowGathering {
    private let problem: WindowProblem
    /// Channels to gather of each pixel.
    private let channels: Int

    init(_ problem: WindowProblem, channels: Int) {
        self.problem = problem
        self.channels = channels
    }

    /// Gathers the windows of output pixels, which are counted through the whole batch.
    ///
    /// - Parameters:
    ///   - source: the first channel to gather of the first pixel.
    ///   - channelStride: floats from one pixel to the next.
    ///   - stride: floats from one window to the next in `target`.
    func gather(
        _ pixels: Range<Int>, from source: UnsafePointer<Float>, channelStride: Int,
        into target: UnsafeMutablePointer<Float>, stride: Int
    ) {
        let (grid, input, output) = (problem.grid, problem.input, problem.output)
        // Neighbouring taps of a line are copied at once where their channels follow one another.
        let joins = grid.dilation.width == 1 && channels == channelStride
        let lineLength = grid.window.width * channels
        for (row, pixel) in pixels.enumerated() {
            let (picture, place) = pixel.quotientAndRemainder(dividingBy: output.area)
            let (y, x) = place.quotientAndRemainder(dividingBy: output.width)
            let top = y * grid.stride.height - grid.padding.top
            let left = x * grid.stride.width - grid.padding.left
            for tapLine in 0..<grid.window.height {
                let to = target + row * stride + tapLine * lineLength
                let line = top + tapLine * grid.dilation.height
                guard line >= 0 && line < input.height else {
                    to.update(repeating: 0, count: lineLength)
                    continue
                }
                let from = source + (picture * input.height + line) * input.width * channelStride
                if joins {
                    let first = min(max(0, -left), grid.window.width)
                    let last = max(first, min(grid.window.width, input.width - left))
                    to.update(repeating: 0, count: first * channels)
                    (to + first * channels).update(
                        from: from + (left + first) * channels, count: (last - first) * channels)
                    (to + last * channels).update(repeating: 0, count: (grid.window.width - last) * channels)
                } else {
                    for tap in 0..<grid.window.width {
                        let column = left + tap * grid.dilation.width
                        if column >= 0 && column < input.width {
                            (to + tap * channels).update(from: from + column * channelStride, count: channels)
                        } else {
                            (to + tap * channels).update(repeating: 0, count: channels)
                        }
                    }
                }
            }
        }
    }
}
