/// How windows move over planes of `height × width`: what convolution and pooling have in common.
struct ImageWindows {
    let height: Int
    let width: Int
    let windowHeight: Int
    let windowWidth: Int
    let stride: Int
    let padding: Int
    let dilation: Int

    /// - Precondition: at least one window fits.
    init(
        shape: [Int], windowHeight: Int, windowWidth: Int, stride: Int, padding: Int, dilation: Int = 1
    ) {
        precondition(shape.count == 4, "images of shape \(shape), which is not [n × channels × height × width]")
        precondition(stride > 0 && padding >= 0 && dilation > 0, "stride \(stride), padding \(padding)")
        (height, width) = (shape[2], shape[3])
        (self.windowHeight, self.windowWidth) = (windowHeight, windowWidth)
        (self.stride, self.padding, self.dilation) = (stride, padding, dilation)
        precondition(
            height + 2 * padding > dilation * (windowHeight - 1) && width + 2 * padding > dilation * (windowWidth - 1),
            "windows of \(windowHeight) × \(windowWidth) on images of \(height) × \(width)")
    }

    /// The number of windows from top to bottom.
    var outputHeight: Int { (height + 2 * padding - dilation * (windowHeight - 1) - 1) / stride + 1 }
    /// The number of windows from left to right.
    var outputWidth: Int { (width + 2 * padding - dilation * (windowWidth - 1) - 1) / stride + 1 }
    /// The number of windows.
    var count: Int { outputHeight * outputWidth }
    /// The number of places in a window.
    var size: Int { windowHeight * windowWidth }

    /// The windows `columns` whose place at `offset` (the top left window's) lies within `limit`.
    private func valid(offset: Int, limit: Int, count: Int) -> Range<Int> {
        let first = max(0, (-offset + stride - 1) / stride)
        let end = min(count, offset >= limit ? 0 : (limit - 1 - offset) / stride + 1)
        return first..<max(first, end)
    }

    /// Calls `body` for each place of a window and each row of windows, with the windows whose place lies in the plane.
    ///
    /// - Parameter body: receives the place, the row of windows, the columns of windows, and where the place of the
    ///   first of these columns lies in the plane; the next is ``stride`` on.
    @inline(__always)
    func forEachPlace(_ body: (_ place: Int, _ row: Int, _ columns: Range<Int>, _ start: Int) -> Void) {
        for place in 0..<size {
            let rowOffset = place / windowWidth * dilation - padding
            let columnOffset = place % windowWidth * dilation - padding
            let columns = valid(offset: columnOffset, limit: width, count: outputWidth)
            guard !columns.isEmpty else { continue }
            for row in valid(offset: rowOffset, limit: height, count: outputHeight) {
                body(
                    place, row, columns,
                    (row * stride + rowOffset) * width + columns.lowerBound * stride + columnOffset)
            }
        }
    }

    /// Spreads planes out: `[channels × height × width]` becomes `[channels · size × count]`, zero outside of the plane.
    func unfold(_ planes: UnsafePointer<Float>, channels: Int, into columns: UnsafeMutablePointer<Float>) {
        for channel in 0..<channels {
            let (plane, target) = (planes + channel * height * width, columns + channel * size * count)
            target.update(repeating: 0, count: size * count)
            forEachPlace { place, row, windows, start in
                let line = target + place * count + row * outputWidth
                for (step, window) in windows.enumerated() { line[window] = plane[start + step * stride] }
            }
        }
    }

    /// Adds up what ``unfold(_:channels:into:)`` spread out; the planes are overwritten.
    func fold(_ columns: UnsafePointer<Float>, channels: Int, into planes: UnsafeMutablePointer<Float>) {
        for channel in 0..<channels {
            let (plane, source) = (planes + channel * height * width, columns + channel * size * count)
            plane.update(repeating: 0, count: height * width)
            forEachPlace { place, row, windows, start in
                let line = source + place * count + row * outputWidth
                for (step, window) in windows.enumerated() { plane[start + step * stride] += line[window] }
            }
        }
    }
}
