import Tensor

/// Groups rows that come in batches and need not end, in memory that does not grow with them.
///
/// ```swift
/// var stream = try StreamKMPlusPlus(clusterCount: 50, seed: 1).stream()
/// for batch in batches { try stream.insert(batch) }
/// let model = try stream.finish()      // and on with `insert`, if there is more
/// ```
///
/// What a stream holds depends on the order in which rows arrive, not on how they are cut into batches. Streams of parts
/// of the data can be merged; the order of merging decides the result, the number of threads does not.
///
/// Its state is a ``StoredModel``: a stream that was saved and loaded goes on as it would have, to the last bit.
public protocol StreamingClusterer: StoredModel {
    /// How many rows have been inserted, those of merged streams included.
    var rowCount: Int { get }

    /// The number of features of each row; `nil` before the first.
    var dimension: Int? { get }

    /// Takes in the rows of `data` `[b × d]`, each as often as its weight says.
    ///
    /// - Parameter weights: a finite number, not negative, for each row; 1 when `nil`. `[b]`
    /// - Throws: ``ClusteringError/notFinite(row:column:)``, ``ClusteringError/dimension(expected:found:)`` for another
    ///   width than before, ``ClusteringError/parameter(name:value:valid:)`` for weights: then nothing has been taken
    ///   in. ``ClusteringError/cancelled``: then the first rows of the batch have been, up to ``rowCount``.
    mutating func insert(_ data: Matrix, weights: [Double]?, progress: ProgressHandler) throws(ClusteringError)

    /// The clusters of all rows so far. The stream can go on afterwards.
    ///
    /// - Throws: ``ClusteringError/emptyData(rows:columns:)`` before the first row that counts,
    ///   ``ClusteringError/tooFewRows(rows:clusters:)``, ``ClusteringError/cancelled``.
    func finish(progress: ProgressHandler) throws(ClusteringError) -> StreamModel

    /// Takes in what another stream of the same parameters holds, as if its rows had come after those of this one.
    ///
    /// - Throws: ``ClusteringError/dimension(expected:found:)`` for rows of another width,
    ///   ``ClusteringError/parameter(name:value:valid:)`` for other parameters than the seed,
    ///   ``ClusteringError/cancelled``; then nothing has been taken in.
    mutating func merge(_ other: Self, progress: ProgressHandler) throws(ClusteringError)
}

extension StreamingClusterer {
    /// Takes in the rows of `data` `[b × d]`, without reporting progress.
    public mutating func insert(_ data: Matrix, weights: [Double]? = nil) throws(ClusteringError) {
        try insert(data, weights: weights, progress: .none)
    }

    /// The clusters of all rows so far, without reporting progress.
    public func finish() throws(ClusteringError) -> StreamModel { try finish(progress: .none) }

    /// As `merge(_:progress:)`, without reporting progress.
    public mutating func merge(_ other: Self) throws(ClusteringError) { try merge(other, progress: .none) }

    /// Checks a batch before anything of it is taken in.
    ///
    /// - Returns: the weights, `nil` where all rows count 1.
    func check(_ data: Matrix, weights: [Double]?) throws(ClusteringError) -> [Double]? {
        if let dimension, data.columns != dimension, data.rows > 0 {
            throw .dimension(expected: dimension, found: data.columns)
        }
        guard data.rows > 0 else {
            guard weights?.isEmpty ?? true else {
                throw .parameter(
                    name: "weights", value: "\(weights?.count ?? 0) numbers", valid: "one for each of 0 rows")
            }
            return nil
        }
        try data.requireClusterable()
        guard let weights else { return nil }
        try data.requireWeights(weights)
        return weights
    }
}
