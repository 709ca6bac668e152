import Tensor

extension ClusterAligner {
    /// Carries ids over from a model that was fitted to other rows, by letting it label the rows of the current one.
    ///
    /// - Parameters:
    ///   - current: the labels of `data` that are to be renamed. `[n]`
    ///   - previous: the model whose clusters' numbers are the ids.
    ///   - data: the rows of `current`. `[n × d]`
    ///   - nextID: as in ``align(_:to:nextID:)``.
    /// - Throws: as ``align(_:to:nextID:)``, and what ``PredictiveModel/predict(_:)`` throws.
    /// - Complexity: as of ``align(_:to:nextID:)``, and one prediction.
    public func align(
        _ current: ClusterLabels, to previous: some PredictiveModel, on data: Matrix, nextID: Int? = nil
    ) throws(ClusteringError) -> ClusterAlignment {
        try align(current, to: previous.predict(data), nextID: max(nextID ?? 0, previous.labels.clusterCount))
    }
}
