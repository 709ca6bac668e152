import Tensor

extension Concatenation {
    /// Fitted weights and statistics, ready to join any items.
    public struct Model: FusionModel {
        let blocks: [Block]

        /// The number of features of a joint vector, Σd.
        public var dimension: Int { blocks.reduce(0) { $0 + $1.dimension } }

        /// One joint vector for each item, with the statistics that were fitted. `[n × Σd]`
        ///
        /// - Throws: ``FusionError`` for another number of modalities or features than was fitted, different numbers of
        ///   rows, or a value that is present and not finite.
        /// - Complexity: O(n · Σd).
        public func fuse(_ modalities: [Matrix], present: ModalityMask) throws(FusionError) -> Matrix {
            let rows = try present.validate(modalities, dimensions: blocks.map(\.dimension))
            let width = dimension
            let total = blocks.reduce(0) { $0 + $1.energy }
            return Matrix(rows: rows, columns: width) { target in
                guard let target = target.baseAddress else { return }
                let all = 0..<rows
                let tileSize = 1024
                parallelFor(all.tileCount(size: tileSize)) { tile in
                    for row in all.tile(tile, size: tileSize) {
                        var known = 0.0
                        for (modality, block) in blocks.enumerated() where present[modality, row] {
                            known += block.energy
                        }
                        // Exactly 1 for an item that has every modality.
                        let scale = known > 0 ? (total / known).squareRoot() : 0
                        var to = target + row * width
                        for (modality, block) in blocks.enumerated() {
                            if present[modality, row], known > 0 {
                                block.write(modalities[modality], row, scale: scale, to: to)
                            } else {
                                to.update(repeating: 0, count: block.dimension)
                            }
                            to += block.dimension
                        }
                    }
                }
            }
        }
    }
}
