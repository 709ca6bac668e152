extension Report {
    /// Checks that every index points at something.
    ///
    /// - Throws: ``ReportError/index(what:place:value:count:)`` for the first one that does not.
    /// - Complexity: O(rows + clusters).
    public func validate() throws(ReportError) {
        func check(_ value: Int, _ what: String, _ place: @autoclosure () -> String, _ count: Int) throws(ReportError) {
            if !(0..<count).contains(value) {
                throw .index(what: what, place: place(), value: value, count: count)
            }
        }
        for (index, row) in rows.enumerated() {
            if case .cluster(let cluster) = row.assignment {
                try check(cluster, "cluster", "row \(index) (\(row.id))", clusters.count)
            }
            if let thumbnail = row.thumbnail {
                try check(thumbnail, "thumbnail", "row \(index) (\(row.id))", thumbnails.count)
            }
        }
        for (index, cluster) in clusters.enumerated() {
            for row in cluster.medoids { try check(row, "medoid row", "cluster \(index)", rows.count) }
            for edge in cluster.boundary {
                try check(edge.row, "boundary row", "cluster \(index)", rows.count)
                if let neighbour = edge.neighbour {
                    try check(neighbour, "neighbour cluster", "cluster \(index)", clusters.count)
                }
            }
        }
    }
}
