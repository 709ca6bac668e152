/// The terms that are counted, each with its index.
///
/// Terms differ when their UTF-8 bytes do; no two are equal.
public struct Vocabulary: Sendable, Hashable {
    /// The terms, by index.
    public let terms: [String]
    private let indices: [Term: Int32]

    /// A vocabulary of `terms`, in that order; a term that came before is skipped.
    ///
    /// - Precondition: fewer than 2³¹ terms.
    /// - Complexity: O(terms).
    public init(_ terms: some Sequence<String>) {
        var kept: [String] = []
        var indices: [Term: Int32] = [:]
        for term in terms {
            let key = Term(term)
            if indices[key] != nil { continue }
            indices[key] = Int32(kept.count)
            kept.append(term)
        }
        self.terms = kept
        self.indices = indices
    }

    /// The number of terms.
    public var count: Int { terms.count }

    /// The index of `term`, if the vocabulary has it.
    ///
    /// - Complexity: O(term.utf8.count).
    public func index(of term: String) -> Int? { indices[Term(term)].map { Int($0) } }

    func index(of term: Term) -> Int32? { indices[term] }
}
