extension Dendrogram: Codable {
    private enum CodingKeys: String, CodingKey { case leafCount, first, second, heights }

    /// Reads a tree that ``encode(to:)`` wrote.
    ///
    /// - Throws: `DecodingError` for what is no tree.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        do {
            try self.init(
                leafCount: container.decode(Int.self, forKey: .leafCount),
                first: container.decode([Int].self, forKey: .first),
                second: container.decode([Int].self, forKey: .second),
                heights: container.decode([Double].self, forKey: .heights))
        } catch let error as ClusteringError {
            throw DecodingError.dataCorruptedError(
                forKey: .first, in: container, debugDescription: error.description)
        }
    }

    /// Writes the number of leaves, and both nodes and the height of each merge.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(leafCount, forKey: .leafCount)
        try container.encode(merges.map(\.first), forKey: .first)
        try container.encode(merges.map(\.second), forKey: .second)
        try container.encode(merges.map(\.height), forKey: .heights)
    }
}

extension Dendrogram {
    /// A tree of merges that come from a file: leaves are counted here.
    ///
    /// - Throws: ``ClusteringError/step(reason:)`` for what is no tree.
    init(leafCount: Int, first: [Int], second: [Int], heights: [Double]) throws(ClusteringError) {
        guard (0...Int(Int32.max)).contains(leafCount), first.count == second.count, first.count == heights.count,
            first.count < max(1, leafCount)
        else {
            throw .step(
                reason: "\(first.count), \(second.count) and \(heights.count) numbers for merges of \(leafCount) leaves"
            )
        }
        var merges: [Merge] = []
        merges.reserveCapacity(first.count)
        func size(_ node: Int) -> Int {
            // Other nodes that do not exist are found below.
            leafCount..<leafCount + merges.count ~= node ? merges[node - leafCount].leafCount : 1
        }
        for (index, height) in heights.enumerated() {
            let (a, b) = (first[index], second[index])
            merges.append(Merge(first: a, second: b, height: height, leafCount: size(a) + size(b)))
        }
        if let (_, reason) = Self.fault(leafCount: leafCount, merges: merges) { throw .step(reason: reason) }
        self.init(leafCount: leafCount, merges: merges)
    }
}
