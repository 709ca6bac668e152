import Tensor

extension CentroidTable {
    /// The place of the nearest cluster, and what merging with it costs.
    struct Nearest {
        var place: Int32
        var cost: Double
        /// The first rows of the clusters that were nearest when last searched for; −1 beyond their number.
        var listed = SIMD8<Int32>(repeating: -1)
        /// No cluster costs less that has none of the rows listed.
        var bound = -Double.infinity

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
            let kept = Self.candidateCount
            points.forEachProductTile(
                of: queries, with: packed, tileRows: tileRows, scratch: { Candidates(rows: tileRows, kept: kept) },
                start: { rows, candidates in candidates.removeAll() }, isNeeded: { _, _, _ in !watch.isStopped },
                epilogue: { tile, candidates in collect(tile, queries, &candidates) },
                finish: { rows, candidates in
                    for row in rows {
                        // What is found after a stop is worthless.
                        let list = candidates.list(row - rows.lowerBound)
                        target.initializeElement(
                            at: row, to: watch.isStopped ? Nearest.none : nearest(to: Int(queries[row]), among: list))
                    }
                    watch.add(rows.count)
                })
            initialized = queries.count
        }
        if watch.isStopped { throw .cancelled }
        return result
    }

    /// How many candidates are kept for exact comparison.
    static let candidateCount = SIMD8<Int32>.scalarCount

    /// Takes a tile of products into the candidates of its rows.
    private func collect(_ tile: ProductTile, _ queries: [Int32], _ candidates: inout Candidates) {
        let (first, kept) = (tile.columns.lowerBound, candidates.kept)
        norms.withUnsafeBufferPointer { norms in
            terms.withUnsafeBufferPointer { terms in
                candidates.withTargets { bounds, places in
                    guard let norms = norms.baseAddress, let terms = terms.baseAddress else { return }
                    for row in tile.rows {
                        let place = Int(queries[row])
                        let values = tile.products(ofRow: row)
                        // No cluster is its own neighbour.
                        if tile.columns.contains(place) { values[place - first] = -.infinity }
                        let start = (row - tile.rows.lowerBound) * kept
                        RowKernel.collectNearestMerges(
                            values, rowNorm: norms[place], rowTerm: terms[place], columnNorms: norms + first,
                            columnTerms: terms + first, count: tile.columns.count, first: first, kept: kept,
                            best: bounds + start, indices: places + start)
                    }
                }
            }
        }
    }

    private func nearest(to place: Int, among candidates: [(bound: Float, place: Int32)]) -> Nearest {
        let scale = unit * unit
        var best = Nearest.none
        // Fewer candidates than there is room for are all there are.
        let beyond = candidates.last.map { $0.bound < .infinity ? Double($0.bound) / scale : .infinity } ?? 0
        for (bound, other) in candidates {
            // What is infinite is no cluster, and neither is all that follows.
            if bound == .infinity || Double(bound) > best.cost * scale { break }
            let cost = cost(place, Int(other))
            if cost < best.cost || (cost == best.cost && other < best.place) {
                best = Nearest(place: other, cost: cost)
            }
        }
        guard best.place >= 0, best.cost < beyond else { return exactNearest(to: place) }
        for (index, candidate) in candidates.enumerated() where candidate.bound < .infinity {
            best.listed[index] = firstRows[Int(candidate.place)]
        }
        best.bound = beyond
        return best
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
            var found = found
            found.place = found.place < 0 ? -1 : places[Int(found.place)]
            return found
        }
    }
}

/// The least lower bounds of costs for each row of a tile, ascending, and whose they are.
private struct Candidates {
    let kept: Int
    private var bounds: [Float]
    private var places: [Int32]

    init(rows: Int, kept: Int) {
        self.kept = kept
        bounds = [Float](repeating: .infinity, count: rows * kept)
        places = [Int32](repeating: .max, count: rows * kept)
    }

    mutating func removeAll() {
        for index in bounds.indices { (bounds[index], places[index]) = (.infinity, .max) }
    }

    mutating func withTargets(_ body: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Int32>) -> Void) {
        bounds.withUnsafeMutableBufferPointer { bounds in
            places.withUnsafeMutableBufferPointer { places in
                if let bounds = bounds.baseAddress, let places = places.baseAddress { body(bounds, places) }
            }
        }
    }

    func list(_ row: Int) -> [(bound: Float, place: Int32)] {
        (row * kept..<(row + 1) * kept).map { (bounds[$0], places[$0]) }
    }
}
