private import CKernels

/// Rows are reduced in tiles of this many, whatever the number of threads.
private let rowTile = 4096

extension Matrix {
    /// The mean of each column, in double precision. `[d]`; zeros when there are no rows.
    ///
    /// - Complexity: O(n · d).
    public func columnMeans() -> [Double] {
        guard rows > 0 else { return [Double](repeating: 0, count: columns) }
        return columnSums().map { $0 / Double(rows) }
    }

    /// The mean of each column, each row counted as much as its weight. `[d]`
    func columnMeans(weights: [Double]?) -> [Double] {
        guard let weights else { return columnMeans() }
        let total = weights.reduce(0, +)
        return sumOverTiles { elements, row, sums in
            kindred_accumulate(sums, elements + row * columns, weights[row], columns)
        }.map { $0 / total }
    }

    /// The sum of each column, in double precision. `[d]`
    ///
    /// - Complexity: O(n · d).
    public func columnSums() -> [Double] {
        sumOverTiles { elements, row, sums in kindred_accumulate(sums, elements + row * columns, 1, columns) }
    }

    /// The standard deviation of each column (divided by n, as in z-scores), in double precision. `[d]`
    ///
    /// - Complexity: O(n · d), in two passes.
    public func columnStandardDeviations() -> [Double] {
        guard rows > 0 else { return [Double](repeating: 0, count: columns) }
        let means = columnMeans()
        let squares = sumOverTiles { elements, row, sums in
            for j in 0..<columns {
                let difference = Double(elements[row * columns + j]) - means[j]
                sums[j] += difference * difference
            }
        }
        return squares.map { ($0 / Double(rows)).squareRoot() }
    }

    /// The sum of each row. `[n]`
    ///
    /// - Complexity: O(n · d).
    public func rowSums() -> [Double] { mapRows { Double(kindred_sum($0, columns)) } }

    /// The squared Euclidean length of each row. `[n]`
    ///
    /// - Complexity: O(n · d).
    public func rowSquaredNorms() -> [Double] { mapRows { kindred_squared_norm($0, columns) } }

    /// The Euclidean length of each row. `[n]`
    ///
    /// - Complexity: O(n · d).
    public func rowNorms() -> [Float] { mapRows { Float(kindred_squared_norm($0, columns).squareRoot()) } }

    /// The rows scaled to Euclidean length 1; rows of zeros stay as they are.
    ///
    /// - Complexity: O(n · d).
    public func normalizedRows() -> Matrix {
        mappingRows { from, to in
            let norm = kindred_squared_norm(from, columns).squareRoot()
            let scale = norm > 0 ? 1 / norm : 1
            for j in 0..<columns { to[j] = Float(Double(from[j]) * scale) }
        }
    }

    /// The rows minus `shift` `[d]`.
    ///
    /// - Complexity: O(n · d).
    public func subtractingFromRows(_ shift: [Double]) -> Matrix {
        precondition(shift.count == columns, "a shift of \(shift.count) for \(columns) columns")
        return mappingRows { from, to in kindred_subtract(to, from, shift, columns) }
    }

    /// A value computed from each row, in parallel.
    package func mapRows<T>(_ body: (UnsafePointer<Float>) -> T) -> [T] {
        withUnsafeBufferPointer { elements in
            [T](unsafeUninitializedCapacity: rows) { buffer, initialized in
                nonisolated(unsafe) let target = buffer.baseAddress
                // A matrix without columns has no address, but its rows are still counted.
                nonisolated(unsafe) let source = elements.baseAddress
                parallelFor((0..<rows).tileCount(size: rowTile)) { tile in
                    guard let source, let target else { return }
                    for row in (0..<rows).tile(tile, size: rowTile) {
                        (target + row).initialize(to: body(source + row * columns))
                    }
                }
                initialized = rows
            }
        }
    }

    /// A matrix of the same shape whose rows are computed one from each row of this one, in parallel.
    package func mappingRows(
        _ body: (_ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>) -> Void
    ) -> Matrix {
        withUnsafeBufferPointer { elements in
            Matrix(rows: rows, columns: columns) { buffer in
                guard let source = elements.baseAddress, let target = buffer.baseAddress else { return }
                parallelFor((0..<rows).tileCount(size: rowTile)) { tile in
                    for row in (0..<rows).tile(tile, size: rowTile) {
                        body(source + row * columns, target + row * columns)
                    }
                }
            }
        }
    }

    /// Sums of one number for each column, over tiles of rows whose partial sums are added in tile order.
    private func sumOverTiles(
        _ add: (_ elements: UnsafePointer<Float>, _ row: Int, _ sums: UnsafeMutablePointer<Double>) -> Void
    ) -> [Double] {
        withUnsafeBufferPointer { elements in
            guard let source = elements.baseAddress, columns > 0 else { return [Double](repeating: 0, count: columns) }
            let partial = parallelMap((0..<rows).tileCount(size: rowTile)) { tile in
                var sums = [Double](repeating: 0, count: columns)
                sums.withUnsafeMutableBufferPointer { buffer in
                    guard let start = buffer.baseAddress else { return }
                    for row in (0..<rows).tile(tile, size: rowTile) { add(source, row, start) }
                }
                return sums
            }
            return partial.reduce(into: [Double](repeating: 0, count: columns)) { total, sums in
                for j in 0..<columns { total[j] += sums[j] }
            }
        }
    }
}
