extension Matrix {
    /// The place of the first element, row by row, that is NaN or infinite.
    ///
    /// - Complexity: O(n · d).
    public func firstNonFinite() -> (row: Int, column: Int)? {
        // A squared length in double precision is finite only if every element is.
        guard let row = rowSquaredNorms().firstIndex(where: { !$0.isFinite }) else { return nil }
        return self.row(row).firstIndex { !$0.isFinite }.map { (row, $0) }
    }

    func requireFinite(source: String = "matrix") throws(TensorError) {
        if let (row, column) = firstNonFinite() { throw .notFinite(source: source, row: row, column: column) }
    }

    /// This matrix times a power of two that makes it of about length 1, where squares of its elements could overflow
    /// or vanish; else the matrix itself. Throws when an element is not finite.
    func scaledToSafeRange(source: String = "matrix") throws(TensorError) -> (Matrix, scale: Float) {
        let squares = rowSquaredNorms()
        let longest = squares.reduce(0) { max($0, $1) }
        guard squares.allSatisfy(\.isFinite) else {
            try requireFinite(source: source)
            return (self, 1)
        }
        guard longest > 0, longest < 0x1p-80 || longest > 0x1p80 else { return (self, 1) }
        let scale = Float(sign: .plus, exponent: max(-126, min(126, -Int(longest.exponent) / 2)), significand: 1)
        return (mappingRows { from, to in for j in 0..<columns { to[j] = from[j] * scale } }, scale)
    }
}
