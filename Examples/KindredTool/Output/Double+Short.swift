import Foundation

extension Double {
    /// The number with four digits after the point, for people; files and JSON have all digits.
    var short: String { String(format: "%.4f", self) }
}
