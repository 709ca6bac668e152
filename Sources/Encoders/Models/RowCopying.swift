extension UnsafeMutableBufferPointer<Float> {
    /// Copies a row of `width` numbers from another matrix.
    func setRow(_ row: Int, to source: UnsafeBufferPointer<Float>, row other: Int, width: Int) {
        for feature in 0..<width { self[row * width + feature] = source[other * width + feature] }
    }

    /// Copies a row of this matrix to another place.
    func copyRow(_ other: Int, to row: Int, width: Int) {
        setRow(row, to: UnsafeBufferPointer(self), row: other, width: width)
    }
}
