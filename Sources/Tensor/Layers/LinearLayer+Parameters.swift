private import CKernels

extension LinearLayer {
    /// The weights `[outputs × inputs]` and the bias `[outputs]` as they were given, copied; `nil` where they have been
    /// rounded.
    ///
    /// - Complexity: O(inputs · outputs).
    package var parameters: (weights: Matrix, bias: NDArray?)? {
        guard case .float32(let packed) = weights else { return nil }
        return (packed.unpacked(), bias.map { NDArray(shape: [outputs], storage: $0) })
    }
}

extension PackedColumns {
    /// The vectors, one after another. `[count × depth]`
    ///
    /// - Precondition: they are not rounded.
    /// - Complexity: O(count · depth).
    package func unpacked() -> Matrix {
        precondition(!isRounded, "rounded vectors are not what was packed")
        return Matrix(rows: count, columns: depth) { target in
            guard let target = target.baseAddress else { return }
            parallelFor((0..<count).tileCount(size: Self.panel)) { panel in
                let vectors = (0..<count).tile(panel, size: Self.panel)
                kindred_transpose(
                    start(ofColumn: vectors.lowerBound), depth, vectors.count, Self.panel,
                    target + vectors.lowerBound * depth, depth)
            }
        }
    }
}
