/// A model that keeps the tree of merges from which its labels were cut.
public protocol HierarchicalModel: ClusteringModel {
    /// The tree over the fitted rows.
    var dendrogram: Dendrogram { get }
}

extension HDBSCAN.Model: HierarchicalModel {}
