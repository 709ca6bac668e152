/// What the bytes of a pixel mean.
public enum ColorModel: Sendable, Hashable, CaseIterable {
    /// One byte: luminance.
    case grey
    /// Two bytes: luminance and alpha.
    case greyAlpha
    /// Three bytes: red, green, blue.
    case rgb
    /// Four bytes: red, green, blue, alpha.
    case rgba

    /// The number of bytes in a pixel.
    public var channelCount: Int {
        switch self {
        case .grey: 1
        case .greyAlpha: 2
        case .rgb: 3
        case .rgba: 4
        }
    }

    /// Whether the last byte of a pixel is its opacity. Alpha is never multiplied into the other channels.
    public var hasAlpha: Bool { self == .greyAlpha || self == .rgba }

    /// Whether there is one channel besides alpha.
    public var isGrey: Bool { self == .grey || self == .greyAlpha }
}
