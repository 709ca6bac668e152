extension Image {
    /// The part of the picture in columns `x..<x + width` and rows `y..<y + height`.
    ///
    /// - Precondition: the part is not empty and lies within the picture.
    /// - Complexity: O(width · height) of the part.
    public func cropped(x: Int, y: Int, width newWidth: Int, height newHeight: Int) -> Image {
        precondition(
            x >= 0 && y >= 0 && newWidth > 0 && newHeight > 0 && newWidth <= width - x && newHeight <= height - y,
            "\(newWidth) × \(newHeight) at (\(x), \(y)) of \(width) × \(height)")
        let channels = channelCount
        return pixels.withUnsafeBufferPointer { source in
            Image(width: newWidth, height: newHeight, colorModel: colorModel) { target in
                guard let source = source.baseAddress, let target = target.baseAddress else { return }
                for row in 0..<newHeight {
                    (target + row * newWidth * channels)
                        .update(from: source + ((y + row) * width + x) * channels, count: newWidth * channels)
                }
            }
        }
    }

    /// The middle of the picture, `width × height` pixels or less where the picture is smaller. An odd margin is one
    /// pixel wider at the right or the bottom, as in the CLIP preprocessors of Hugging Face's Transformers.
    ///
    /// - Precondition: both sides are positive.
    public func centerCropped(width newWidth: Int, height newHeight: Int) -> Image {
        let (w, h) = (min(width, newWidth), min(height, newHeight))
        if w == width && h == height { return self }
        return cropped(x: (width - w) / 2, y: (height - h) / 2, width: w, height: h)
    }
}
