extension Matrix {
    /// The place of the first element, row by row, that is NaN or infinite.
    ///
    /// - Complexity: O(n · d).
    public func firstNonFinite() -> (row: Int, column: Int)? {
        let index = withUnsafeBufferPointer { elements in
            // A sum is finite only if every term is: most rows are passed over without looking at each element.
            for row in 0..<rows {
                let range = row * columns..<(row + 1) * columns
                var sum: Float = 0
                for element in elements[range] { sum += element * 0 }
                if sum != 0 || sum.isNaN { return elements[range].firstIndex { !$0.isFinite } }
            }
            return nil
        }
        return index.map { ($0 / columns, $0 % columns) }
    }

    func requireFinite(source: String = "matrix") throws(TensorError) {
        if let (row, column) = firstNonFinite() { throw .notFinite(source: source, row: row, column: column) }
    }
}
