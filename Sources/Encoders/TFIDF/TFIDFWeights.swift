import Language

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The weights that turn counts into TF-IDF rows.
struct TFIDFWeights {
    let inverseDocumentFrequencies: [Float]
    let isSublinear: Bool

    init(_ inverseDocumentFrequencies: [Float], isSublinear: Bool) {
        self.inverseDocumentFrequencies = inverseDocumentFrequencies
        self.isSublinear = isSublinear
    }

    /// idf(t) = ln((n + s) / (df(t) + s)) + 1, with s = 1 when frequencies are smoothed and 0 otherwise.
    init(documentFrequencies: [Int], textCount: Int, parameters: TFIDF) {
        let smoothing = parameters.smoothsFrequencies ? 1.0 : 0.0
        self.init(
            documentFrequencies.map { Float(log((Double(textCount) + smoothing) / (Double($0) + smoothing)) + 1) },
            isSublinear: parameters.isSublinear)
    }

    /// The counts, weighted, with rows of length 1.
    func apply(to counts: SparseMatrix) -> SparseMatrix {
        counts.mapValues { _, column, count in
            (isSublinear ? 1 + logf(count) : count) * inverseDocumentFrequencies[column]
        }.normalizedRows()
    }
}
