/// How many pixels are added around a picture on each side.
///
/// An integer literal stands for all four sides: `padding: 1`.
public struct Padding2D: Sendable, Hashable {
    public var top: Int
    public var left: Int
    public var bottom: Int
    public var right: Int

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
    public var description: String { "top \(top), left \(left), bottom \(bottom), right \(right)" }
}
