/// The windows of a grid over the pictures of one shape, `[n × h × w × channels]`: which pixel each tap of each one sees.
struct PictureWindows {
    private let grid: WindowGrid
    let pictures: Int
    let input: Extent2D
    let output: Extent2D
    let channels: Int

    /// - Precondition: `shape` has rank 4, the grid's parameters lie in their ranges, and at least one window fits.
    init(_ grid: WindowGrid, shape: [Int]) {
        do throws(TensorError) {
            try grid.validate()
            let problem = try WindowProblem(grid, shape: shape)
            (pictures, input, output, channels) = (problem.batch, problem.input, problem.output, problem.channels)
        } catch {
            preconditionFailure("\(error)")
        }
        self.grid = grid
    }

    /// The number of taps of a window.
    var taps: Int { grid.window.area }
    /// The number of windows of a picture.
    var windows: Int { output.area }

    /// The pixel of its picture that a tap of a window sees; `nil` in the padding.
    @inline(__always)
    func pixel(window: Int, tap: Int) -> Int? {
        let row =
            window / output.width * grid.stride.height + tap / grid.window.width * grid.dilation.height
            - grid.padding.top
        let column =
            window % output.width * grid.stride.width + tap % grid.window.width * grid.dilation.width
            - grid.padding.left
        guard row >= 0 && row < input.height && column >= 0 && column < input.width else { return nil }
        return row * input.width + column
    }

    /// Calls `body` for each tap of each window of a picture that sees a pixel.
    @inline(__always)
    func forEachTap(_ body: (_ window: Int, _ tap: Int, _ pixel: Int) -> Void) {
        for window in 0..<windows {
            for tap in 0..<taps {
                if let pixel = pixel(window: window, tap: tap) { body(window, tap, pixel) }
            }
        }
    }

    /// What the windows of some pictures see, for each group of channels: `[groups × (pictures · windows) × taps ·
    /// channels / groups]`, zero in the padding.
    func unfold(_ images: NDArray, _ part: Range<Int>, groups: Int) -> NDArray {
        let size = channels / groups
        return images.withUnsafeBufferPointer { source in
            NDArray(shape: [groups, part.count * windows, taps * size]) { buffer in
                guard let from = source.baseAddress, let to = buffer.baseAddress, !buffer.isEmpty else { return }
                parallelFor(groups * part.count * output.height) { tile in
                    let (group, line) = tile.quotientAndRemainder(dividingBy: part.count * output.height)
                    let (picture, row) = line.quotientAndRemainder(dividingBy: output.height)
                    let pixels = from + (part.lowerBound + picture) * input.area * channels + group * size
                    var target = to + tile * output.width * taps * size
                    for window in row * output.width..<(row + 1) * output.width {
                        for tap in 0..<taps {
                            if let pixel = pixel(window: window, tap: tap) {
                                target.update(from: pixels + pixel * channels, count: size)
                            } else {
                                target.update(repeating: 0, count: size)
                            }
                            target += size
                        }
                    }
                }
            }
        }
    }

    /// Adds what ``unfold(_:_:groups:)`` spread out to the pixels that it came from.
    func fold(_ columns: NDArray, _ part: Range<Int>, groups: Int, into images: UnsafeMutablePointer<Float>) {
        let size = channels / groups
        columns.withUnsafeBufferPointer { source in
            guard let from = source.baseAddress else { return }
            parallelFor(part.count * groups) { tile in
                let (picture, group) = tile.quotientAndRemainder(dividingBy: groups)
                let start = from + (group * part.count + picture) * windows * taps * size
                let pixels = images + (part.lowerBound + picture) * input.area * channels + group * size
                forEachTap { window, tap, pixel in
                    let (addition, target) = (start + (window * taps + tap) * size, pixels + pixel * channels)
                    for channel in 0..<size { target[channel] += addition[channel] }
                }
            }
        }
    }
}
