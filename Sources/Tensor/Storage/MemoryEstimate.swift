/// About how much memory work will take, in parts that have names.
///
/// Estimates add up: each layer states what it takes, the layers above add theirs.
///
/// ```swift
/// let estimate = MemoryEstimate("vectors", floats: rows * 768) + MemoryEstimate("thumbnails", bytes: 2000 * 8192)
/// print(estimate)             // 323 MB
/// print(estimate.breakdown)   // vectors 307 MB, thumbnails 16 MB
/// ```
///
/// Numbers too great for an `Int` stay at its greatest: an estimate never overflows.
public struct MemoryEstimate: Sendable, Hashable {
    /// What takes memory, and how much.
    public struct Part: Sendable, Hashable {
        /// What the memory is for, in a word or two.
        public let label: String
        /// How much it is, at least 0.
        public let bytes: Int
    }

    /// The parts, in the order in which they were added; parts of the same name are one.
    public private(set) var parts: [Part]

    /// All parts together.
    public var bytes: Int { parts.reduce(0) { $0.addingClamped($1.bytes) } }

    /// No memory at all.
    public static let zero = MemoryEstimate(parts: [])

    private init(parts: [Part]) { self.parts = parts }

    /// An estimate of one part.
    ///
    /// - Precondition: `bytes` is not negative.
    public init(_ label: String, bytes: Int) {
        precondition(bytes >= 0, "\(label) cannot take \(bytes) bytes")
        parts = bytes > 0 ? [Part(label: label, bytes: bytes)] : []
    }

    /// An estimate of one part: so many floats.
    ///
    /// - Precondition: `count` is not negative.
    public init(_ label: String, floats count: Int) {
        let (bytes, overflows) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
        self.init(label, bytes: overflows ? .max : bytes)
    }

    /// Both together, for work that needs them at the same time.
    public static func + (left: MemoryEstimate, right: MemoryEstimate) -> MemoryEstimate {
        var result = left
        result += right
        return result
    }

    /// Adds an estimate in place.
    public static func += (left: inout MemoryEstimate, right: MemoryEstimate) {
        for part in right.parts {
            if let index = left.parts.firstIndex(where: { $0.label == part.label }) {
                left.parts[index] = Part(label: part.label, bytes: left.parts[index].bytes.addingClamped(part.bytes))
            } else {
                left.parts.append(part)
            }
        }
    }

    /// The same parts `count` times, as where each thread needs its own.
    ///
    /// - Precondition: `count` is not negative.
    public static func * (estimate: MemoryEstimate, count: Int) -> MemoryEstimate {
        precondition(count >= 0, "\(count) times an estimate")
        return estimate.parts.reduce(into: .zero) { result, part in
            let (bytes, overflows) = part.bytes.multipliedReportingOverflow(by: count)
            result += MemoryEstimate(part.label, bytes: overflows ? .max : bytes)
        }
    }
}

extension MemoryEstimate: Comparable {
    /// Whether the left estimate is of fewer bytes. The greater of two is what work needs that does one after the
    /// other.
    public static func < (left: MemoryEstimate, right: MemoryEstimate) -> Bool { left.bytes < right.bytes }
}

extension MemoryEstimate: CustomStringConvertible {
    /// All parts together, for people: `"1.2 GB"`. Units are powers of 1000.
    public var description: String { Self.text(bytes) }

    /// The parts, greatest first: `"vectors 307 MB, thumbnails 16 MB"`.
    public var breakdown: String {
        parts.enumerated()
            .sorted { ($1.element.bytes, $0.offset) < ($0.element.bytes, $1.offset) }
            .map { "\($0.element.label) \(Self.text($0.element.bytes))" }.joined(separator: ", ")
    }

    /// Two digits below ten of a unit, else whole units.
    private static func text(_ bytes: Int) -> String {
        guard bytes >= 1000 else { return bytes == 1 ? "1 byte" : "\(bytes) bytes" }
        var (value, unit) = (Double(bytes), -1)
        let units = ["kB", "MB", "GB", "TB", "PB", "EB"]
        // What would be rounded to 1000 of a unit is one of the next.
        repeat { (value, unit) = (value / 1000, unit + 1) } while value >= 999.5 && unit + 1 < units.count
        let tenths = (value * 10).rounded()
        return tenths < 100 ? "\(tenths / 10) \(units[unit])" : "\(Int(value.rounded())) \(units[unit])"
    }
}

extension Int {
    fileprivate func addingClamped(_ other: Int) -> Int {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? .max : sum
    }
}
