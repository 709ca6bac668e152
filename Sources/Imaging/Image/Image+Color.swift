extension Image {
    /// The picture as RGB, without alpha.
    ///
    /// - Parameter background: what shows through where the picture is not opaque; white by default. The sum is rounded
    ///   as Pillow's `alpha_composite` rounds it.
    /// - Complexity: O(pixels); O(1) when it is RGB already.
    public func convertedToRGB(background: RGBColor = .white) -> Image {
        switch colorModel {
        case .rgb: self
        case .grey: mapPixels(to: .rgb) { from, to in for c in 0..<3 { to[c] = from[0] } }
        case .greyAlpha:
            mapPixels(to: .rgb) { from, to in
                for c in 0..<3 { to[c] = composite(from[0], alpha: from[1], over: background[c]) }
            }
        case .rgba:
            mapPixels(to: .rgb) { from, to in
                for c in 0..<3 { to[c] = composite(from[c], alpha: from[3], over: background[c]) }
            }
        }
    }

    /// The picture as luminance, without alpha: (19595 R + 38470 G + 7471 B) / 65536 rounded, the weights of ITU-R
    /// 601-2, as in Pillow's `convert("L")`.
    ///
    /// Where the picture is not opaque, `background` shows through first. (Pillow drops the alpha instead, and then
    /// shows whatever colour lies under transparent pixels.)
    ///
    /// - Complexity: O(pixels); O(1) when it is grey already.
    public func convertedToGrey(background: RGBColor = .white) -> Image {
        switch colorModel {
        case .grey: self
        case .greyAlpha where background.isGrey:
            mapPixels(to: .grey) { from, to in to[0] = composite(from[0], alpha: from[1], over: background.red) }
        case .greyAlpha, .rgba: convertedToRGB(background: background).convertedToGrey()
        case .rgb: mapPixels(to: .grey) { from, to in to[0] = luminance(from[0], from[1], from[2]) }
        }
    }

    @inline(__always)
    private func mapPixels(
        to model: ColorModel, _ convert: (UnsafePointer<UInt8>, UnsafeMutablePointer<UInt8>) -> Void
    ) -> Image {
        pixels.withUnsafeBufferPointer { source in
            Image(width: width, height: height, colorModel: model) { target in
                guard var from = source.baseAddress, var to = target.baseAddress else { return }
                for _ in 0..<width * height {
                    convert(from, to)
                    from += colorModel.channelCount
                    to += model.channelCount
                }
            }
        }
    }
}

/// A colour of three bytes.
public struct RGBColor: Sendable, Hashable {
    /// The red channel, 0 to 255.
    public var red: UInt8
    /// The green channel, 0 to 255.
    public var green: UInt8
    /// The blue channel, 0 to 255.
    public var blue: UInt8

    /// A colour of the given channels.
    public init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// White: 255 in each channel.
    public static let white = RGBColor(red: 255, green: 255, blue: 255)
    /// Black: 0 in each channel.
    public static let black = RGBColor(red: 0, green: 0, blue: 0)

    var isGrey: Bool { red == green && green == blue }

    @inline(__always)
    subscript(channel: Int) -> UInt8 { channel == 0 ? red : channel == 1 ? green : blue }
}

/// (19595 r + 38470 g + 7471 b) / 65536, rounded.
@inline(__always)
func luminance(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
    UInt8(truncatingIfNeeded: (UInt32(red) &* 19595 &+ UInt32(green) &* 38470 &+ UInt32(blue) &* 7471 &+ 0x8000) >> 16)
}

/// value · alpha / 255, rounded: Pillow's `MULDIV255`.
@inline(__always)
func multiplied(_ value: UInt32, by alpha: UInt32) -> UInt32 {
    let product = value &* alpha &+ 128
    return (product &+ product >> 8) >> 8
}

/// `value` of opacity `alpha` over an opaque `background`, rounded as Pillow's `AlphaComposite.c` does: with 7 more
/// bits.
@inline(__always)
private func composite(_ value: UInt8, alpha: UInt8, over background: UInt8) -> UInt8 {
    let alpha = UInt32(alpha)
    let sum = (UInt32(value) &* alpha &+ UInt32(background) &* (255 &- alpha)) &* 128 &+ 0x4000
    return UInt8(truncatingIfNeeded: (sum &+ sum >> 8) >> 15)
}
