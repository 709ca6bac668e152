/// How many pixels are added around a picture on each side.
///
/// An integer literal stands for all four sides: `padding: 1`.
public struct Padding2D: Sendable, Hashable {
    /// Rows above.
    public var top: Int
    /// Columns on the left.
    public var left: Int
    /// Rows below.
    public var bottom: Int
    /// Columns on the right.
    public var right: Int

    /// A number for each side; what takes them says which are valid.
    public init(top: Int, left: Int, bottom: Int, right: Int) {
        self.top = top
        self.left = left
        self.bottom = bottom
        self.right = right
    }

    /// As much above as below, and as much on the left as on the right.
    public init(vertical: Int, horizontal: Int) {
        self.init(top: vertical, left: horizontal, bottom: vertical, right: horizontal)
    }

    var isZero: Bool { self == 0 }
}

extension Padding2D: ExpressibleByIntegerLiteral {
    /// The same number on each side.
    public init(integerLiteral value: Int) { self.init(vertical: value, horizontal: value) }
}

extension Padding2D: CustomStringConvertible {
    /// The number on each side, in words.
    public var description: String { "top \(top), left \(left), bottom \(bottom), right \(right)" }
}
