private import CKernels

extension Matrix {
    /// (self − shift)ᵀ · (self − shift) `[d × d]`, in double precision: `shift` is taken from every row before anything is
    /// multiplied.
    ///
    /// Products of blocks of rows are made in single precision and added in double precision, in the blocks' order, so that
    /// the error does not grow with the number of rows and the bits do not depend on the number of threads.
    ///
    /// - Precondition: `shift` has d elements.
    /// - Complexity: O(n · d²) time, O(d²) memory.
    package func gramOfColumns(subtracting shift: [Double]) -> [Double] {
        precondition(shift.count == columns, "a shift of \(shift.count) for \(columns) columns")
        let d = columns
        var sums = [Double](repeating: 0, count: d * d)
        let blocks = (0..<rows).tileCount(size: GramTiling.block)
        for firstBlock in stride(from: 0, to: blocks, by: GramTiling.batch) {
            let products = parallelMap(min(GramTiling.batch, blocks - firstBlock)) { index in
                upperGram(of: (0..<rows).tile(firstBlock + index, size: GramTiling.block), subtracting: shift)
            }
            sums.withUnsafeMutableBufferPointer { sums in
                parallelFor((0..<d).tileCount(size: GramTiling.rows)) { tile in
                    for i in (0..<d).tile(tile, size: GramTiling.rows) {
                        for product in products {
                            product.withUnsafeBufferPointer { values in
                                for j in i..<d { sums[i * d + j] += Double(values[i * d + j]) }
                            }
                        }
                    }
                }
            }
        }
        for i in 0..<d {
            for j in 0..<i { sums[i * d + j] = sums[j * d + i] }
        }
        return sums
    }

    /// The product of the rows in `range`, less `shift`, with themselves; what lies below the diagonal is undefined.
    private func upperGram(of range: Range<Int>, subtracting shift: [Double]) -> Matrix {
        let (d, depth) = (columns, range.count)
        let block = rows(in: range).subtractingFromRows(shift)
        let transposed = block.transposed()
        let packed = PackedColumns(columnsOf: block)
        return transposed.withUnsafeBufferPointer { left in
            Matrix(rows: d, columns: d) { target in
                guard let left = left.baseAddress, let target = target.baseAddress else { return }
                for rowStart in stride(from: 0, to: d, by: GramTiling.rows) {
                    let count = min(GramTiling.rows, d - rowStart)
                    let firstColumn = rowStart / GramTiling.columns * GramTiling.columns
                    for column in stride(from: firstColumn, to: d, by: GramTiling.columns) {
                        kindred_product(
                            left + rowStart * depth, count, depth, packed.start(ofColumn: column),
                            min(GramTiling.columns, d - column), depth, target + rowStart * d + column, d)
                    }
                }
            }
        }
    }
}

/// How the Gram matrix is cut up: by the problem's shape alone.
private enum GramTiling {
    /// Rows whose products are added in single precision. Not a power of two: the columns of the transposed block would
    /// compete for the same lines of the cache.
    static let block = 496
    /// Blocks that are worked on at once.
    static let batch = 8
    /// Rows of a tile of the product: four micro-tiles of 14.
    static let rows = 56
    /// Columns of a tile of the product: two panels of 32.
    static let columns = 64
}
