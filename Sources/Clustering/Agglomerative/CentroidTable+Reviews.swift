import Tensor

extension CentroidTable {
    /// What a cluster knows, from earlier searches, of those that may be its nearest one.
    struct Review {
        let place: Int
        /// Rows of the clusters that may be; their places once resolved.
        private(set) var listed: [Int32]
        /// No other cluster costs less.
        let bound: Double

        /// What the cluster at a place knows, after others have been merged.
        ///
        /// Clusters without a listed row still cost as much as the bound: merging them with each other brings none nearer.
        init(of known: Nearest, at place: Int) {
            self.place = place
            listed = (0..<CentroidTable.candidateCount).map { known.listed[$0] }.filter { $0 >= 0 }
            bound = known.bound
        }

        /// What the union of two clusters of m and n rows inherits from them.
        ///
        /// By the formula of Lance and Williams, the union's cost with another cluster of s rows is ((m + s) · x + (n + s)
        /// · y − s · h) / (m + n + s), where x and y are the parts' costs with it, and h that of the merge. Where x and y
        /// are at least their bounds, and these at least h, it is least for s = 1.
        ///
        /// - Reference: Lance and Williams, "A general theory of classificatory sorting strategies", 1967,
        ///   doi:10.1093/comjnl/9.4.373.
        init(of first: Nearest, _ m: Int, _ second: Nearest, _ n: Int, at place: Int) {
            let (a, b) = (Review(of: first, at: place), Review(of: second, at: place))
            self.place = place
            listed = a.listed + b.listed
            let (m, n, h) = (Double(m), Double(n), first.cost)
            let isBound = min(a.bound, b.bound) >= h
            bound = isBound ? ((m + 1) * a.bound + (n + 1) * b.bound - h) / (m + n + 1) : -.infinity
        }

        /// Replaces rows by the places of their clusters, each once.
        mutating func resolve(_ placeOfRow: (Int32) -> Int32) {
            var places = listed.map(placeOfRow).filter { $0 != place }
            places.sort()
            listed = []
            for other in places where listed.last != other { listed.append(other) }
        }
    }

    /// The nearest cluster to one, if what is known of it tells.
    ///
    /// - Complexity: O(d).
    func nearest(by review: Review) -> Nearest? {
        // Bounds that are sums may be off by their last digits.
        let bound = review.bound * (1 - 1e-9)
        guard !review.listed.isEmpty, bound > 0 else { return nil }
        let costs = review.listed.map { (cost: cost(review.place, Int($0)), place: $0) }.sorted { $0 < $1 }
        guard costs[0].cost < bound else { return nil }
        var result = Nearest(place: costs[0].place, cost: costs[0].cost)
        result.bound = bound
        for (index, (cost, place)) in costs.enumerated() {
            if index < Self.candidateCount {
                result.listed[index] = firstRows[Int(place)]
            } else {
                result.bound = min(result.bound, cost)
                break
            }
        }
        return result
    }
}
