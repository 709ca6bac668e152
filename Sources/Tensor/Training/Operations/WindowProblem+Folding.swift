// What gradients need of windows.
extension WindowProblem {
    /// The number of taps of a window.
    var taps: Int { grid.window.area }
    /// The number of windows of a picture.
    var windows: Int { output.area }

    /// Calls `body` for each tap of each window of a picture that sees a pixel, in order.
    @inline(__always)
    func forEachTap(_ body: (_ window: Int, _ tap: Int, _ pixel: Int) -> Void) {
        for window in 0..<windows {
            let (y, x) = window.quotientAndRemainder(dividingBy: output.width)
            let (top, left) = (y * grid.stride.height - grid.padding.top, x * grid.stride.width - grid.padding.left)
            for tap in 0..<taps {
                let (tapLine, tapColumn) = tap.quotientAndRemainder(dividingBy: grid.window.width)
                let line = top + tapLine * grid.dilation.height
                let column = left + tapColumn * grid.dilation.width
                guard line >= 0 && line < input.height && column >= 0 && column < input.width else { continue }
                body(window, tap, line * input.width + column)
            }
        }
    }

    /// What the windows of some pictures see, for each group of channels: `[groups × (pictures · windows) × taps ·
    /// channels / groups]`, zero in the padding.
    func unfold(_ images: NDArray, _ part: Range<Int>, groups: Int) -> NDArray {
        let size = channels / groups
        let gathering = WindowGathering(self, channels: size)
        return images.withUnsafeBufferPointer { source in
            NDArray(shape: [groups, part.count * windows, taps * size]) { buffer in
                guard let from = source.baseAddress, let to = buffer.baseAddress, !buffer.isEmpty else { return }
                let lines = part.count * output.height
                parallelFor(groups * lines) { tile in
                    let (group, line) = tile.quotientAndRemainder(dividingBy: lines)
                    let pixels = (0..<lines * output.width).tile(line, size: output.width)
                    let first = part.lowerBound * windows
                    gathering.gather(
                        pixels.lowerBound + first..<pixels.upperBound + first, from: from + group * size,
                        channelStride: channels, into: to + tile * output.width * taps * size, stride: taps * size)
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

    /// An array of the pictures' shape, made picture by picture, in parallel, from what belongs to their windows.
    ///
    /// - Parameter body: receives where a picture's part of `array` `[n × h′ × w′ × channels]` begins, and the picture
    ///   to fill, zeros at first.
    func mappingBack(
        _ array: NDArray,
        _ body: (_ picture: Int, _ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>) -> Void
    ) -> NDArray {
        array.withUnsafeBufferPointer { source in
            NDArray(shape: [batch, input.height, input.width, channels]) { buffer in
                guard let start = source.baseAddress, let end = buffer.baseAddress else { return }
                let size = input.area * channels
                parallelFor(batch) { picture in
                    (end + picture * size).update(repeating: 0, count: size)
                    body(picture, start + picture * windows * channels, end + picture * size)
                }
            }
        }
    }
}
