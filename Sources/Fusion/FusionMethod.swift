import Tensor

/// Parameters of a way to join modalities, such as pictures and texts, into one vector for each item. Fitting leaves
/// them as they are and returns a model.
public protocol FusionMethod: Sendable {
    associatedtype Model: FusionModel

    /// Throws ``FusionError/parameter(name:value:valid:)`` for the first parameter outside its range.
    func validate() throws(FusionError)

    /// Fits the way to join `modalities`, `[n × d₁]`, `[n × d₂]`, …, which all describe the same n items.
    ///
    /// - Parameters:
    ///   - modalities: the vectors of each modality, one matrix for each.
    ///   - present: which modalities each item has. Rows that are absent are never looked at.
    ///   - progress: is told how far the work is, and can stop it.
    /// - Throws: ``FusionError`` for parameters or data that cannot be used, or when stopped through `progress`.
    func fit(
        _ modalities: [Matrix], present: ModalityMask, progress: ProgressHandler
    ) throws(FusionError) -> Model
}

extension FusionMethod {
    /// Fits the way to join `modalities`, without reporting progress. Without a mask, every item has every modality.
    public func fit(_ modalities: [Matrix], present: ModalityMask? = nil) throws(FusionError) -> Model {
        try fit(modalities, present: present ?? ModalityMask(allPresentFor: modalities), progress: .none)
    }
}

/// A fitted way to join modalities.
public protocol FusionModel: Sendable {
    /// The number of features of a joint vector.
    var dimension: Int { get }

    /// One joint vector for each item. `[n × dimension]`
    ///
    /// - Parameters:
    ///   - modalities: as many as were fitted, with as many features each, for any number of items.
    ///   - present: which modalities each item has. Rows that are absent are never looked at.
    /// - Throws: ``FusionError`` for data that does not fit the model.
    func fuse(_ modalities: [Matrix], present: ModalityMask) throws(FusionError) -> Matrix
}

extension FusionModel {
    /// One joint vector for each item, when every item has every modality. `[n × dimension]`
    public func fuse(_ modalities: [Matrix]) throws(FusionError) -> Matrix {
        try fuse(modalities, present: ModalityMask(allPresentFor: modalities))
    }
}
