/// A height and a width in pixels: of a picture, of a kernel, or of the steps between windows.
///
/// An integer literal stands for both: `stride: 2`.
public struct Extent2D: Sendable, Hashable {
    /// The number of rows of pixels.
    public var height: Int
    /// The number of columns of pixels.
    public var width: Int

    /// A height and a width; what takes them says which are valid.
    public init(height: Int, width: Int) {
        self.height = height
        self.width = width
    }

    /// The number of pixels.
    var area: Int { height * width }
}

extension Extent2D: ExpressibleByIntegerLiteral {
    /// The same height and width.
    public init(integerLiteral value: Int) { self.init(height: value, width: value) }
}

extension Extent2D: CustomStringConvertible {
    /// Height and width: `"224 × 320"`.
    public var description: String { "\(height) × \(width)" }
}
