extension Image {
    /// The picture stretched to `width × height` pixels, bit by bit as `Image.resize` of Pillow 13 does it: in two
    /// passes with 8-bit pixels between. Alpha is multiplied in while pixels are mixed, so that the colour of
    /// transparent ones does not bleed.
    ///
    /// ```swift
    /// let small = image.resized(width: 224, height: 224, filter: .bicubic)
    /// ```
    ///
    /// - Precondition: both sides are positive.
    /// - Complexity: O(width · (reach of the filter) · (original height) + width · height · (reach of the filter)),
    ///   where the reach is in original pixels and grows with the reduction.
    public func resized(width newWidth: Int, height newHeight: Int, filter: ResamplingFilter = .bicubic) -> Image {
        resized(width: newWidth, height: newHeight, filter: filter, level: .best)
    }

    /// As ``resized(width:height:filter:)``, with the loops of the given level.
    package func resized(
        width newWidth: Int, height newHeight: Int, filter: ResamplingFilter, level: ResamplingLevel
    ) -> Image {
        precondition(newWidth > 0 && newHeight > 0, "a size of \(newWidth) × \(newHeight)")
        if newWidth == width && newHeight == height { return self }
        if filter == .nearest { return nearest(newWidth, newHeight) }
        if colorModel.hasAlpha {
            return premultiplied().resampled(newWidth, newHeight, filter, level).unpremultiplied()
        }
        return resampled(newWidth, newHeight, filter, level)
    }

    /// The picture with its shorter side made `length` pixels long; the longer one follows, rounded down, as in
    /// torchvision and the CLIP preprocessors.
    ///
    /// - Precondition: `length` is positive.
    public func resized(shortestSide length: Int, filter: ResamplingFilter = .bicubic) -> Image {
        let (newWidth, newHeight) = size(shortestSide: length)
        return resized(width: newWidth, height: newHeight, filter: filter)
    }

    /// The size that ``resized(shortestSide:filter:)`` gives.
    package func size(shortestSide length: Int) -> (width: Int, height: Int) {
        precondition(length > 0, "a side of \(length)")
        // The same floating-point expression as there, so that the rounding agrees.
        let long = Int(Double(length * max(width, height)) / Double(min(width, height)))
        return width <= height ? (length, long) : (long, length)
    }

    /// The picture made smaller, if need be, until neither side is longer than `length`. It is never enlarged.
    ///
    /// - Precondition: `length` is positive.
    public func fitted(within length: Int, filter: ResamplingFilter = .bicubic) -> Image {
        precondition(length > 0, "a side of \(length)")
        let longest = max(width, height)
        if longest <= length { return self }
        func scaled(_ side: Int) -> Int { max(1, (2 * side * length + longest) / (2 * longest)) }
        return resized(width: scaled(width), height: scaled(height), filter: filter)
    }

    private func resampled(
        _ newWidth: Int, _ newHeight: Int, _ filter: ResamplingFilter, _ level: ResamplingLevel
    ) -> Image {
        if newHeight == height { return resampledRows(weights(width, newWidth, filter), 0..<height, level) }
        let vertical = weights(height, newHeight, filter)
        if newWidth == width { return resampledColumns(vertical, firstRow: 0, level) }
        let horizontal = weights(width, newWidth, filter)
        // Pillow 13's rule; the order shows in the last bit. Before version 13, rows always came first.
        if height - newHeight > max(0, 2 * (width - newWidth)) {
            return resampledColumns(vertical, firstRow: 0, level).resampledRows(horizontal, 0..<newHeight, level)
        }
        // Only the rows that the second pass will look at.
        let rows = vertical.reach
        return resampledRows(horizontal, rows, level)
            .resampledColumns(vertical, firstRow: rows.lowerBound, level)
    }

    private func weights(_ input: Int, _ output: Int, _ filter: ResamplingFilter) -> ResamplingWeights {
        ResamplingWeights(input: input, output: output, filter: filter)
    }

    /// The original pixel of each new one is found by adding steps, as in Pillow, whose sums round as these do.
    private func nearest(_ newWidth: Int, _ newHeight: Int) -> Image {
        func sources(_ old: Int, _ new: Int) -> [Int] {
            let step = Double(old) / Double(new)
            var position = step * 0.5
            return (0..<new).map { _ in
                defer { position += step }
                return min(old - 1, Int(position))
            }
        }
        let columns = sources(width, newWidth)
        let channels = channelCount
        return pixels.withUnsafeBufferPointer { source in
            Image(width: newWidth, height: newHeight, colorModel: colorModel) { target in
                var to = 0
                for y in sources(height, newHeight) {
                    for x in columns {
                        let from = (y * width + x) * channels
                        for c in 0..<channels { target[to + c] = source[from + c] }
                        to += channels
                    }
                }
            }
        }
    }
}
