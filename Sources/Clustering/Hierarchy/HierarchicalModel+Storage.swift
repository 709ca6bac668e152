import Tensor

/// A model that is its labels and the tree that they were cut from.
private struct CutTree {
    let labels: ClusterLabels
    let dendrogram: Dendrogram

    init(from reader: ModelReader) throws(TensorError) {
        labels = try reader.labels()
        dendrogram = try reader.dendrogram(leafCount: labels.count)
    }

    static func store(_ model: some HierarchicalModel, in writer: inout ModelWriter) {
        writer.add(model.labels)
        writer.add(model.dendrogram)
    }
}

extension Agglomerative.Model: StoredModel {
    public static let storedKind = "agglomerative"

    public func store(in writer: inout ModelWriter) throws(TensorError) { CutTree.store(self, in: &writer) }

    public init(from reader: ModelReader) throws(TensorError) {
        let tree = try CutTree(from: reader)
        self.init(labels: tree.labels, dendrogram: tree.dendrogram)
    }
}

extension Genie.Model: StoredModel {
    public static let storedKind = "Genie"

    public func store(in writer: inout ModelWriter) throws(TensorError) { CutTree.store(self, in: &writer) }

    public init(from reader: ModelReader) throws(TensorError) {
        let tree = try CutTree(from: reader)
        self.init(labels: tree.labels, dendrogram: tree.dendrogram)
    }
}
