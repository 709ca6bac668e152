import Tensor

/// A model, or the state of a stream, that is kept as one file.
///
/// The file is a `.safetensors` file: what describes the model stands as JSON in the header, large arrays behind it. What is
/// loaded answers exactly as what was saved did. The same model gives the same bytes.
///
/// ```swift
/// try model.save(to: "groups.safetensors")
/// let model = try HDBSCAN.Model(contentsOf: "groups.safetensors")
/// let labels = try model.predict(newRows)
/// ```
///
/// - Note: Files may come from anywhere: they hold no code, and every number is checked before it is used.
/// - SeeAlso: ``StoredModels/load(_:)`` for a file whose kind is not known.
public protocol StoredModel: Sendable {
    /// What files call this kind of model.
    static var storedKind: String { get }

    /// Gives all that the model is to `writer`.
    func store(in writer: inout ModelWriter) throws(TensorError)

    /// The model that `reader` holds.
    ///
    /// - Throws: ``TensorError/format(path:reason:)`` for one that cannot be, naming the array.
    init(from reader: ModelReader) throws(TensorError)
}

extension StoredModel {
    /// Writes the model to `path`. What was there is replaced as a whole, or stays.
    ///
    /// - Throws: ``TensorError/file(path:reason:)``.
    public func save(to path: String) throws(TensorError) {
        var writer = ModelWriter(kind: Self.storedKind)
        try store(in: &writer)
        try writer.write(to: path)
    }

    /// The model that ``save(to:)`` wrote to `path`.
    ///
    /// - Throws: ``TensorError/file(path:reason:)`` when the file cannot be read, ``TensorError/format(path:reason:)``
    ///   when it is damaged or holds another kind of model.
    public init(contentsOf path: String) throws(TensorError) {
        let reader = try ModelReader(path)
        guard reader.kind == Self.storedKind else {
            throw reader.problem("it holds a model of the kind \(reader.kind), not \(Self.storedKind)")
        }
        try self.init(from: reader)
    }
}

/// Models of any kind.
public enum StoredModels {
    /// How a kind of model is read.
    private struct Kind: Sendable {
        let name: String
        let read: @Sendable (ModelReader) -> Result<any StoredModel, TensorError>

        init<Model: StoredModel>(_ type: Model.Type) {
            name = Model.storedKind
            read = { reader in Result { () throws(TensorError) in try Model(from: reader) } }
        }
    }

    private static let kinds = [
        Kind(KMeans.Model.self), Kind(BisectingKMeans.Model.self), Kind(DBSCAN.Model.self),
        Kind(AutomaticDBSCAN.Model.self), Kind(OPTICS.Model.self), Kind(HDBSCAN.Model.self),
        Kind(Agglomerative.Model.self), Kind(Genie.Model.self), Kind(StreamModel.self),
        Kind(StreamKMPlusPlus.Stream.self), Kind(OnlineKMeans.Stream.self), Kind(NeighborGraph.self),
        Kind(CoarseToFine<CoarseKMeans, HDBSCAN>.Model.self), Kind(CoarseToFine<CoarseKMeans, DBSCAN>.Model.self),
    ]

    /// The model in the file at `path`, whatever its kind.
    ///
    /// ```swift
    /// if let model = try StoredModels.load("groups.safetensors") as? any PredictiveModel { … }
    /// ```
    ///
    /// - Throws: as ``StoredModel/init(contentsOf:)``.
    public static func load(_ path: String) throws(TensorError) -> any StoredModel { try model(in: ModelReader(path)) }

    /// The model that `reader` holds.
    package static func model(in reader: ModelReader) throws(TensorError) -> any StoredModel {
        guard let kind = kinds.first(where: { $0.name == reader.kind }) else {
            throw reader.problem(
                "it holds a model of the kind \(reader.kind); known are "
                    + kinds.map(\.name).joined(separator: ", "))
        }
        return try kind.read(reader).get()
    }
}
