private import CKernels

extension Matrix {
    /// (self − shift)ᵀ · (self − shift) `[d × d]`, in double precision: `shift` is taken from every row before anything
    /// is multiplied. With weights `[n]`, each row's products count for as much.
    ///
    /// - Precondition: `shift` has d elements, and no weight is negative.
    /// - Complexity: O(n · d²) time, O(d²) memory.
    package func gramOfColumns(subtracting shift: [Double], weights: [Double]? = nil) -> [Double] {
        precondition(shift.count == columns, "a shift of \(shift.count) for \(columns) columns")
        let d = columns
        var sums = sumOverBlocks(count: d * d) { range in
            let block = rows(in: range).subtractingFromRows(shift)
            return upperGram(
                of: weights.map { weights in block.multiplyingRows(by: weights[range].map { $0.squareRoot() }) }
                    ?? block)
        }
        for i in 0..<d {
            for j in 0..<i { sums[i * d + j] = sums[j * d + i] }
        }
        return sums
    }

    /// selfᵀ · other `[d × m]` for two matrices of the same, possibly very many, rows. It is cheapest when this matrix
    /// is the narrower one.
    ///
    /// - Precondition: both have the same number of rows.
    /// - Complexity: O(n · d · m) time, O(d · m) memory.
    package func productOfColumns(with other: Matrix) -> Matrix {
        precondition(rows == other.rows, "columns of \(rows) and \(other.rows) elements")
        let sums = sumOverBlocks(count: columns * other.columns) { range in
            rows(in: range).times(other.rows(in: range), transposingSelf: true)
        }
        return Matrix(rows: columns, columns: other.columns, values: sums.map { Float($0) })
    }

    /// The sum of the matrices of `count` elements that `product` makes from blocks of rows.
    ///
    /// Each product is of single precision; they are added in double precision, in the blocks' order. So the error does
    /// not grow with the number of rows, and the bits do not depend on the number of threads.
    private func sumOverBlocks(count: Int, product: (Range<Int>) -> Matrix) -> [Double] {
        var sums = [Double](repeating: 0, count: count)
        let blocks = (0..<rows).tileCount(size: GramTiling.block)
        for first in stride(from: 0, to: blocks, by: GramTiling.batch) {
            let products = parallelMap(min(GramTiling.batch, blocks - first)) { index in
                product((0..<rows).tile(first + index, size: GramTiling.block))
            }
            sums.withUnsafeMutableBufferPointer { sums in
                parallelFor((0..<count).tileCount(size: GramTiling.elements)) { tile in
                    for product in products {
                        product.withUnsafeBufferPointer { values in
                            for index in (0..<count).tile(tile, size: GramTiling.elements) {
                                sums[index] += Double(values[index])
                            }
                        }
                    }
                }
            }
        }
        return sums
    }

    /// blockᵀ · block, of which only the upper triangle is complete.
    private func upperGram(of block: Matrix) -> Matrix {
        let (d, depth) = (block.columns, block.rows)
        let transposed = block.transposed()
        let packed = PackedColumns(columnsOf: block)
        var result = Matrix(rows: d, columns: d)
        result.withUnsafeMutableBufferPointer { target in
            transposed.withUnsafeBufferPointer { left in
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
        return result
    }
}

/// How products of columns are cut up: by the problem's shape alone.
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
    /// Elements that are added at once.
    static let elements = 1 << 14
}
