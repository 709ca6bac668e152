/// A small number for every Unicode scalar, in pages of which equal ones are stored once where they hold one number.
///
/// - Complexity: O(1) a look-up.
final class ScalarTable: @unchecked Sendable {
    private static let pageSize = 256
    // Written in the initializer only.
    private let pages: UnsafeMutablePointer<UInt16>
    private let values: UnsafeMutablePointer<UInt16>

    /// A table of consecutive runs from scalar 0 on: how many scalars, and their number. The rest has 0.
    init(runs: [(count: Int, value: UInt16)]) {
        let pageCount = 0x110000 / Self.pageSize
        pages = .allocate(capacity: pageCount)
        pages.initialize(repeating: 0, count: pageCount)
        var filled: [UInt16] = []
        var uniform: [UInt16: Int] = [:]
        var run = 0
        var end = runs.first?.count ?? 0x110000
        func value() -> UInt16 { run < runs.count ? runs[run].value : 0 }
        func advance() {
            run += 1
            end += run < runs.count ? max(0, runs[run].count) : 0x110000
        }
        for page in 0..<pageCount {
            let first = page * Self.pageSize
            while end <= first { advance() }
            let isUniform = end >= first + Self.pageSize
            if isUniform, let known = uniform[value()] {
                pages[page] = UInt16(known)
                continue
            }
            let number = filled.count / Self.pageSize
            if isUniform { uniform[value()] = number }
            pages[page] = UInt16(number)
            for scalar in first..<first + Self.pageSize {
                while end <= scalar { advance() }
                filled.append(value())
            }
        }
        values = .allocate(capacity: filled.count)
        values.initialize(from: filled, count: filled.count)
    }

    /// A table of single scalars, in ascending order; the rest has 0.
    convenience init(entries: [(scalar: UInt32, value: UInt16)]) {
        var runs: [(count: Int, value: UInt16)] = []
        var next = 0
        for entry in entries {
            let scalar = Int(entry.scalar)
            if scalar > next { runs.append((scalar - next, 0)) }
            runs.append((1, entry.value))
            next = scalar + 1
        }
        self.init(runs: runs)
    }

    deinit {
        pages.deallocate()
        values.deallocate()
    }

    /// The number of `scalar`, which must be at most U+10FFFF.
    subscript(scalar: UInt32) -> UInt16 { values[Int(pages[Int(scalar >> 8)]) << 8 | Int(scalar & 0xFF)] }
}
