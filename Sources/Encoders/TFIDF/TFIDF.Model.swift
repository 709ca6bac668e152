import Language
import Tensor

extension TFIDF {
    /// A fitted ``TFIDF``: vocabulary, weights and components.
    public struct Model: Encoder {
        /// Texts are what is encoded.
        public typealias Input = String

        /// The parameters that were fitted.
        public let parameters: TFIDF
        /// The terms that count.
        public let vocabulary: Vocabulary
        /// The weight of each term. `[terms]`
        public let inverseDocumentFrequencies: [Float]
        /// The singular value of each component, descending. `[dimension]`
        public let singularValues: [Float]
        /// The components, one in each row: `[dimension × terms]`.
        public let components: Matrix

        private let projection: Matrix

        /// A model of its parts, for example read from files.
        ///
        /// - Precondition: there is a weight and a column of `components` for each term, a singular value for each row.
        public init(
            parameters: TFIDF, vocabulary: Vocabulary, inverseDocumentFrequencies: [Float], singularValues: [Float],
            components: Matrix
        ) {
            precondition(inverseDocumentFrequencies.count == vocabulary.count, "weights and vocabulary differ in size")
            precondition(components.columns == vocabulary.count, "components and vocabulary differ in size")
            precondition(singularValues.count == components.rows, "components and singular values differ in number")
            self.parameters = parameters
            self.vocabulary = vocabulary
            self.inverseDocumentFrequencies = inverseDocumentFrequencies
            self.singularValues = singularValues
            self.components = components
            projection = components.transposed()
        }

        /// The number of features.
        public var dimension: Int { components.rows }

        /// The weighted counts of `texts` before reduction `[texts.count × terms]`; each row has length 1, or is zero
        /// where a text holds no known term.
        ///
        /// - Throws: ``EncoderError/cancelled``.
        /// - Complexity: O(bytes).
        public func weights(of texts: [String], progress: ProgressHandler = .none) throws(EncoderError) -> SparseMatrix
        {
            let counts = try counting { () throws(LanguageError) in
                try TermCounts.count(texts, analyzer: parameters.analyzer, vocabulary: vocabulary, progress: progress)
            }
            return TFIDFWeights(inverseDocumentFrequencies, isSublinear: parameters.isSublinear).apply(
                to: counts.matrix)
        }

        /// The vectors of `texts` `[texts.count × dimension]`.
        ///
        /// A text without a known term has the vector 0. So has, where rows are scaled to length 1, a text of which the
        /// components keep less than 1 % of the length: its few words occur nowhere else, and what is left is the
        /// decomposition's error. Scaled up it would be a random direction; more ``TFIDF/components`` tell such texts.
        ///
        /// - Throws: ``EncoderError/cancelled``.
        /// - Complexity: O(bytes + values · dimension) for `values` different terms in all texts together.
        public func encode(_ texts: [String], progress: ProgressHandler) throws(EncoderError) -> Matrix {
            let projected = try weights(of: texts, progress: progress).times(projection)
            guard parameters.normalizesRows else { return projected }
            return projected.mappingRows { from, to in
                var squares = 0.0
                for j in 0..<dimension { squares += Double(from[j]) * Double(from[j]) }
                let scale = squares < 1e-4 ? 0 : 1 / squares.squareRoot()
                for j in 0..<dimension { to[j] = Float(Double(from[j]) * scale) }
            }
        }
    }
}
