/// A height and a width in pixels: of a picture, of a kernel, or of the steps between windows.
///
/// An integer literal stands for both: `stride: 2`.
public struct Extent2D: Sendable, Hashable {
    public var height: Int
    public var width: Int

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
    public var description: String { "\(height) × \(width)" }
}
