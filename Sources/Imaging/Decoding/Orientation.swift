/// How a stored picture must be turned or mirrored to stand upright: EXIF's eight orientations.
public enum Orientation: Int, Sendable, Hashable, CaseIterable {
    /// As it is stored.
    case up = 1
    /// Mirrored left to right.
    case upMirrored = 2
    /// Turned by 180°.
    case down = 3
    /// Mirrored top to bottom.
    case downMirrored = 4
    /// Mirrored along the diagonal from the top left: rows become columns.
    case leftMirrored = 5
    /// To be turned clockwise by 90°.
    case right = 6
    /// Mirrored along the diagonal from the top right.
    case rightMirrored = 7
    /// To be turned counter-clockwise by 90°.
    case left = 8

    /// Whether width and height change places.
    public var swapsSides: Bool { rawValue >= 5 }
}

extension Image {
    /// The picture that stands upright when this one was stored in the given orientation.
    ///
    /// - Complexity: O(pixels); O(1) for `.up`.
    public func oriented(_ orientation: Orientation) -> Image {
        if orientation == .up { return self }
        let (outWidth, outHeight) = orientation.swapsSides ? (height, width) : (width, height)
        // The source of the pixel in column x, row y is `origin + x · right + y · down`, in pixels.
        let (origin, right, down) =
            switch orientation {
            case .up: (0, 1, width)
            case .upMirrored: (width - 1, -1, width)
            case .down: (width * height - 1, -1, -width)
            case .downMirrored: (width * (height - 1), 1, -width)
            case .leftMirrored: (0, width, 1)
            case .right: (width * (height - 1), -width, 1)
            case .rightMirrored: (width * height - 1, -width, -1)
            case .left: (width - 1, width, -1)
            }
        let channels = channelCount
        return pixels.withUnsafeBufferPointer { source in
            Image(width: outWidth, height: outHeight, colorModel: colorModel) { target in
                var to = 0
                for y in 0..<outHeight {
                    var from = (origin + y * down) * channels
                    for _ in 0..<outWidth {
                        for c in 0..<channels { target[to + c] = source[from + c] }
                        from += right * channels
                        to += channels
                    }
                }
            }
        }
    }
}
