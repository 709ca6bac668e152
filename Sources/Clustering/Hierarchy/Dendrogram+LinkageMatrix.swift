extension Dendrogram {
    /// The merges as scipy's linkage matrix: for each merge two nodes, the lower first, their height and the number of
    /// leaves. `[merges.count][4]`
    ///
    /// - Complexity: O(n).
    public var linkageMatrix: [[Double]] {
        merges.map { merge in
            [
                Double(min(merge.first, merge.second)), Double(max(merge.first, merge.second)), merge.height,
                Double(merge.leafCount),
            ]
        }
    }

    /// A tree from scipy's linkage matrix, as `scipy.cluster.hierarchy.linkage` and fastcluster return it.
    ///
    /// - Parameters:
    ///   - linkage: a row of two nodes, height and number of leaves for each merge. `[m][4]`
    ///   - leafCount: n; by default one more than there are merges.
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)``, naming the first row that is no merge.
    /// - Complexity: O(n).
    public init(linkageMatrix linkage: [[Double]], leafCount: Int? = nil) throws(ClusteringError) {
        let leafCount = leafCount ?? linkage.count + 1
        var merges: [Merge] = []
        merges.reserveCapacity(linkage.count)
        var lowest = Array(0..<max(0, leafCount))
        for (index, row) in linkage.enumerated() {
            let name = "linkageMatrix[\(index)]"
            guard row.count == 4, let a = Int(exactly: row[0]), let b = Int(exactly: row[1]),
                let count = Int(exactly: row[3]), !row[2].isNaN
            else {
                throw .parameter(name: name, value: "\(row)", valid: "two nodes, a height and a number of leaves")
            }
            guard lowest.indices.contains(a), lowest.indices.contains(b) else {
                throw .parameter(name: name, value: "\(row)", valid: "of nodes in 0 ..< \(lowest.count)")
            }
            let (first, second) = lowest[a] < lowest[b] ? (a, b) : (b, a)
            merges.append(Merge(first: first, second: second, height: row[2], leafCount: count))
            lowest.append(lowest[first])
        }
        if let (merge, reason) = Self.fault(leafCount: leafCount, merges: merges) {
            throw .parameter(
                name: "linkageMatrix[\(merge)]", value: reason, valid: "a merge of two nodes not joined yet")
        }
        self.init(leafCount: leafCount, merges: merges)
    }
}
