#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension ContingencyTable {
    /// The entropy of the first labelling, in nats.
    public var rowEntropy: Double { entropy(rowTotals) }

    /// The entropy of the second labelling, in nats.
    public var columnEntropy: Double { entropy(columnTotals) }

    /// What one labelling tells about the other, in nats. 0 when one of them has a single group.
    ///
    /// - Complexity: O(cells).
    public var mutualInformation: Double {
        guard rowTotals.count(where: { $0 > 0 }) > 1, columnTotals.count(where: { $0 > 0 }) > 1 else { return 0 }
        let n = Double(total)
        var result = 0.0
        for cell in cells {
            let count = Double(cell.count)
            // log(p / (p_row · p_column)): for independent labellings the quotient is exactly 1 and the term exactly 0.
            result += count / n * log(count * n / (Double(rowTotals[cell.row]) * Double(columnTotals[cell.column])))
        }
        // What lies below the rounding of the sum is nothing.
        return result < 1e-15 ? 0 : result
    }

    private func entropy(_ counts: [Int]) -> Double {
        let n = Double(total)
        return counts.reduce(0) { $1 == 0 ? $0 : $0 - Double($1) / n * log(Double($1) / n) }
    }
}
