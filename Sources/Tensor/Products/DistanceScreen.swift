private import CKernels

/// Lower bounds of squared distances, from products of whole numbers.
///
/// For row x ≈ x̂ = s·p and vector v ≈ v̂ = t·q, x·v differs from s·t·(p·q) by no more than ‖x̂‖·‖v − v̂‖ + ‖x − x̂‖·‖v‖. So
/// products of whole numbers tell which rows are certainly at least so far from every vector.
package struct DistanceScreen: Sendable {
    private let packed: QuantizedColumns
    /// For each row ‖x‖², less what rounding in 32 bits may add; s; ‖x̂‖ and ‖x − x̂‖, rounded up. `[4 × n]`
    private let terms: FloatStorage
    private let margin: Float

    /// - Parameter norms: the squared lengths of the rows.
    package init(rowsOf matrix: Matrix, norms: [Float]) {
        let packed = QuantizedColumns(rowsOf: matrix)
        // The chain of d multiply-adds on which distances by products rest, twice over, and the few operations here.
        let margin = Float(matrix.columns + 32) * 0x1p-23
        let count = norms.count
        let terms = FloatStorage(uninitializedCount: 4 * count)
        for row in 0..<count {
            terms.start[row] = norms[row] * (1 - margin)
            terms.start[count + row] = packed.scales[row]
            terms.start[2 * count + row] = (norms[row].squareRoot() + packed.residuals[row]).nextUp * (1 + 0x1p-20)
            terms.start[3 * count + row] = packed.residuals[row]
        }
        self.packed = packed
        self.terms = terms
        self.margin = margin
    }

    /// Vectors that rows are compared with.
    package struct Vectors: Sendable {
        fileprivate let rows: QuantizedRows
        fileprivate let terms: [kindred_screen_vector]

        /// - Parameter norms: the squared lengths of the vectors.
        package init(_ vectors: Matrix, norms: [Float], for screen: DistanceScreen) {
            let rows = QuantizedRows(vectors)
            self.rows = rows
            terms = norms.indices.map { index in
                kindred_screen_vector(
                    base: norms[index] * (1 - screen.margin), scale: 2 * rows.scales[index],
                    residual: 2 * rows.residuals[index], length: 2 * norms[index].squareRoot().nextUp)
            }
        }
    }

    /// Flags the rows of a range that may be nearer to one of the vectors than the row's limit, a squared distance;
    /// flag i stands for row `range.lowerBound + i`.
    ///
    /// - Parameters:
    ///   - range: starts at a multiple of ``PackedColumns/panel``.
    ///   - limits: a limit for each row of the range.
    ///   - products: room for `range.count` numbers for each vector.
    /// - Returns: the number of flags set.
    package func flagNear(
        _ vectors: Vectors, in range: Range<Int>, limits: UnsafePointer<Float>,
        products: inout [Int32], flags: inout BitRow
    ) -> Int {
        products.withUnsafeMutableBufferPointer { products in
            guard let products = products.baseAddress else { return 0 }
            packed.products(with: vectors.rows, in: range, into: products, stride: range.count)
            let (count, first) = (packed.count, terms.start + range.lowerBound)
            return flags.withWords { words in
                kindred_row_screen(
                    products, range.count, vectors.terms, vectors.terms.count, first, first + count, first + 2 * count,
                    first + 3 * count, limits, range.count, words)
            }
        }
    }
}
