import Clustering
import Tensor
import _TestSupport

/// The data sets of the golden files, by name.
struct ReferenceSets: Decodable {
    let sets: [String: [[Float]]]

    static func load() throws -> [String: Matrix] {
        try golden("dbscan.json", as: ReferenceSets.self).sets.mapValues { Matrix($0) }
    }
}

extension CondensedTree {
    /// The rows through which clusters were joined: they leave at the very density at which the clusters part. They belong
    /// to none then, but the peers give each to the cluster from which the order of equal edges happens to cut it last.
    var bridges: Set<Int> {
        let partings = Set(clusters.compactMap { cluster in cluster.parent.map { [Double($0), cluster.birth] } })
        return Set(rowClusters.indices.filter { partings.contains([Double(rowClusters[$0]), rowLambdas[$0]]) })
    }
}
