extension Image {
    /// Each channel multiplied by alpha, rounded as in Pillow's modes `La` and `RGBa`.
    func premultiplied() -> Image {
        mapAlpha { value, alpha in UInt8(truncatingIfNeeded: multiplied(UInt32(value), by: UInt32(alpha))) }
    }

    /// The reverse of ``premultiplied()``, rounded down as Pillow does.
    func unpremultiplied() -> Image {
        mapAlpha { value, alpha in
            alpha == 0 || alpha == 255
                ? value : UInt8(truncatingIfNeeded: min(255, 255 * UInt32(value) / UInt32(alpha)))
        }
    }

    @inline(__always)
    private func mapAlpha(_ convert: (_ value: UInt8, _ alpha: UInt8) -> UInt8) -> Image {
        let channels = channelCount
        return pixels.withUnsafeBufferPointer { source in
            Image(width: width, height: height, colorModel: colorModel) { target in
                for start in stride(from: 0, to: source.count, by: channels) {
                    let alpha = source[start + channels - 1]
                    for c in 0..<channels - 1 { target[start + c] = convert(source[start + c], alpha) }
                    target[start + channels - 1] = alpha
                }
            }
        }
    }
}
