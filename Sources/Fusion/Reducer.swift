import Tensor

/// Parameters of a way to describe rows by fewer features. Fitting leaves them as they are and returns a model.
public protocol Reducer: Sendable {
    associatedtype Model: ReductionModel

    /// Throws ``FusionError/parameter(name:value:valid:)`` for the first parameter outside its range.
    func validate() throws(FusionError)

    /// Fits the reduction to the rows of `data` `[n × d]`.
    ///
    /// - Throws: ``FusionError`` for parameters or data that cannot be used, or when stopped through `progress`.
    func fit(_ data: Matrix, progress: ProgressHandler) throws(FusionError) -> Model

    /// The most memory that fitting n rows of d features takes on top of the data.
    func memoryEstimate(rows: Int, columns: Int) -> MemoryEstimate
}

extension Reducer {
    /// Fits the reduction to the rows of `data` `[n × d]` without reporting progress.
    public func fit(_ data: Matrix) throws(FusionError) -> Model { try fit(data, progress: .none) }
}

/// A fitted reduction.
public protocol ReductionModel: Sendable {
    /// The number of features after reduction.
    var dimension: Int { get }

    /// The reduced rows of `data` `[m × d]`. `[m × dimension]`
    ///
    /// - Throws: ``FusionError`` for data that does not fit the model.
    func transform(_ data: Matrix) throws(FusionError) -> Matrix
}

/// A reduction that can be undone, up to what it dropped.
public protocol InvertibleReductionModel: ReductionModel {
    /// The rows of d features that `reduced` `[m × dimension]` stands for. `[m × d]`
    ///
    /// - Throws: ``FusionError`` for data that does not fit the model.
    func inverseTransform(_ reduced: Matrix) throws(FusionError) -> Matrix
}
