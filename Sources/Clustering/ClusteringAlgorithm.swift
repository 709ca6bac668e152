import Tensor

/// Parameters of a way to group rows. Fitting leaves them as they are and returns a model.
public protocol ClusteringAlgorithm: Sendable {
    associatedtype Model: ClusteringModel

    /// Throws ``ClusteringError/parameter(name:value:valid:)`` for the first parameter outside its range.
    func validate() throws(ClusteringError)

    /// Groups the rows of `data` `[n × d]`.
    ///
    /// - Throws: ``ClusteringError`` for parameters or data that cannot be clustered, or when stopped through
    ///   `progress`.
    func fit(_ data: Matrix, progress: ProgressHandler) throws(ClusteringError) -> Model

    /// The most memory that fitting n rows of d features takes on top of the data.
    func memoryEstimate(rows: Int, columns: Int) -> MemoryEstimate
}

extension ClusteringAlgorithm {
    /// Groups the rows of `data` `[n × d]` without reporting progress.
    public func fit(_ data: Matrix) throws(ClusteringError) -> Model { try fit(data, progress: .none) }
}

/// The result of clustering.
public protocol ClusteringModel: Sendable {
    /// The cluster of each row that was fitted.
    var labels: ClusterLabels { get }
}

/// A model that can tell the cluster of rows it has not seen, in agreement with its own ``ClusteringModel/labels``.
public protocol PredictiveModel: ClusteringModel {
    /// The cluster of each row of `data` `[m × d]`. A row that was fitted gets the label that it has in `labels`.
    func predict(_ data: Matrix) throws(ClusteringError) -> ClusterLabels
}
