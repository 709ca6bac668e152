import Tensor

extension CentroidTable {
    /// The place of the nearest cluster, and what merging with it costs.
    struct Nearest {
        var place: Int32
        var cost: Double

        /// No cluster yet.
        static let none = Nearest(place: -1, cost: .infinity)
    }

    /// The clusters nearest to those at `queries`: least in cost, then lowest in place. At least two clusters are left.
    ///
    /// Products give a lower bound of each cost, and the least few are kept; the exact costs of these decide, in order,
    /// until one is below all bounds that follow. Where too many are too close to call, all costs are computed exactly.
    ///
    /// - Throws: ``ClusteringError/cancelled``.
    /// - Complexity: O(q · count · d).
    func nearest(to queries: [Int32], _ progress: ProgressHandler) throws(ClusteringError) -> [Nearest] {
        let watch = Watch(progress, "nearest clusters", queries.count)
        // About eight tiles for two threads, of whole micro-tiles.
        let tileRows = min(Matrix.productTileRows, max(1, queries.count / 8 / 14) * 14)
        let result = [Nearest](unsafeUninitializedCapacity: queries.count) { buffer, initialized in
            nonisolated(unsafe) let target = buffer
            points.forEachProductTile(
                of: queries, with: packed, tileRows: tileRows,
                scratch: { [TopValues](repeating: TopValues(.smallest, count: 0), count: tileRows) },
                start: { rows, candidates in
                    for index in 0..<rows.count { candidates[index] = TopValues(.smallest, count: Self.candidateCount) }
                },
                isNeeded: { _, _, _ in !watch.isStopped },
                epilogue: { tile, candidates in
                    norms.withUnsafeBufferPointer { norms in
                        terms.withUnsafeBufferPointer { terms in
                            guard let norms = norms.baseAddress, let terms = terms.baseAddress else { return }
                            let first = tile.columns.lowerBound
                            for row in tile.rows {
                                let place = Int(queries[row])
                                let values = tile.products(ofRow: row)
                                RowKernel.mergeCosts(
                                    values, rowNorm: norms[place], rowTerm: terms[place], columnNorms: norms + first,
                                    columnTerms: terms + first, count: tile.columns.count)
                                if tile.columns.contains(place) { values[place - first] = .infinity }
                                candidates[row - tile.rows.lowerBound].update(
                                    values, count: tile.columns.count, first: first)
                            }
                        }
                    }
                },
                finish: { rows, candidates in
                    for row in rows {
                        // What is found after a stop is worthless.
                        let found =
                            watch.isStopped
                            ? Nearest.none
                            : nearest(to: Int(queries[row]), among: candidates[row - rows.lowerBound])
                        target.initializeElement(at: row, to: found)
                    }
                    watch.add(rows.count)
                })
            initialized = queries.count
        }
        if watch.isStopped { throw .cancelled }
        return result
    }

    /// How many candidates are kept for exact comparison.
    private static let candidateCount = 6

    private func nearest(to place: Int, among candidates: TopValues) -> Nearest {
        let scale = unit * unit
        var best = Nearest.none
        for (bound, index) in zip(candidates.values, candidates.indices) {
            if Double(bound) > best.cost * scale { return best }
            // What is infinite is no cluster, and neither is all that follows.
            guard bound < .infinity else { return best.place < 0 ? exactNearest(to: place) : best }
            let cost = cost(place, index)
            if cost < best.cost || (cost == best.cost && index < best.place) {
                best = Nearest(place: Int32(index), cost: cost)
            }
        }
        return Double(candidates.threshold) > best.cost * scale ? best : exactNearest(to: place)
    }

    /// As above, by all costs.
    func exactNearest(to place: Int) -> Nearest {
        var best = Nearest.none
        for (index, cost) in costs(from: place).enumerated() where cost < best.cost {
            best = Nearest(place: Int32(index), cost: cost)
        }
        return best
    }

    /// What clusters know of their nearest ones, after places have been dropped.
    static func moved(_ nearest: [Nearest], _ places: [Int32]) -> [Nearest] {
        zip(places, nearest).filter { $0.0 >= 0 }.map { _, found in
            Nearest(place: found.place < 0 ? -1 : places[Int(found.place)], cost: found.cost)
        }
    }
}
