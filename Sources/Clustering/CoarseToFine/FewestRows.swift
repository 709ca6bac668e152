/// An algorithm that finds no cluster among fewer rows, or cannot be fitted to them.
protocol FewestRows {
    /// The least number of rows that make sense.
    var fewestRows: Int { get }
}

extension HDBSCAN: FewestRows {
    var fewestRows: Int { max(minimumClusterSize, minimumSamples ?? 1) }
}
extension DBSCAN: FewestRows {
    var fewestRows: Int { minimumSamples }
}
extension OPTICS: FewestRows {
    var fewestRows: Int { minimumSamples }
}
extension KMeans: FewestRows {
    var fewestRows: Int { clusterCount }
}
extension MiniBatchKMeans: FewestRows {
    var fewestRows: Int { clusterCount }
}
extension BisectingKMeans: FewestRows {
    var fewestRows: Int { clusterCount }
}
