import Language

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Class-based TF-IDF: how much a term tells one class of texts from the others.
///
/// The texts of a class count as one long text. The weight of term t in class c is its share of the class's terms times
/// ln(1 + A / f(t)), where f(t) is how often t occurs in all classes and A the mean number of terms in a class, rounded
/// down. Equal to the `ClassTfidfTransformer` of BERTopic.
///
/// - Reference: Grootendorst, "BERTopic: Neural topic modeling with a class-based TF-IDF procedure", 2022,
///   arXiv:2203.05794.
public struct ClassTFIDF: Sendable, Hashable {
    /// Whether rarity is ln(1 + (A − f + ½) / (f + ½)), after BM25: it holds frequent words down more.
    public var usesBM25: Bool
    /// Whether the square root of a term's share is taken: it lifts rare words.
    public var takesSquareRoot: Bool

    /// A weighting, by default without either variant, as in BERTopic.
    public init(usesBM25: Bool = false, takesSquareRoot: Bool = false) {
        self.usesBM25 = usesBM25
        self.takesSquareRoot = takesSquareRoot
    }

    /// The weights of terms in classes, from their counts `[classes × terms]`. A class without terms has no weights.
    ///
    /// - Complexity: O(classes + terms + stored counts).
    public func weights(of counts: SparseMatrix) -> SparseMatrix {
        let frequencies = counts.columnSums()
        let classes = counts.rows
        let average = classes > 0 ? (frequencies.reduce(0, +) / Double(classes)).rounded(.down) : 0
        // Only where most classes are empty could the mean be below 1, and all weights zero.
        let rarities = frequencies.map { rarity(of: $0, average: max(1, average)) }
        let sizes = (0..<classes).map { counts.row($0).reduce(0.0) { $0 + Double($1.value) } }
        return counts.mapValues { row, column, count in
            let share = Double(count) / sizes[row]
            return Float((takesSquareRoot ? share.squareRoot() : share) * rarities[column])
        }
    }

    private func rarity(of frequency: Double, average: Double) -> Double {
        guard frequency > 0 else { return 0 }
        return usesBM25 ? log(1 + (average - frequency + 0.5) / (frequency + 0.5)) : log(average / frequency + 1)
    }
}
