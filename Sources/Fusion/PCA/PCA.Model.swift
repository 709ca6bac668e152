import Tensor

extension PCA {
    /// Fitted principal components.
    public struct Model: InvertibleReductionModel {
        /// The means, components and variances.
        public let principalComponents: PrincipalComponents
        /// Whether reduced features are scaled to variance 1.
        public let whitens: Bool

        /// The number of components, r.
        public var dimension: Int { principalComponents.components.rows }
        /// The mean of each feature. `[d]`
        public var mean: [Double] { principalComponents.mean }
        /// The components, one a row, by descending variance. `[r × d]`
        public var components: Matrix { principalComponents.components }
        /// The variance along each component (divided by n − 1). `[r]`
        public var explainedVariance: [Double] { principalComponents.explainedVariance }
        /// The share of the total variance along each component. `[r]`
        public var explainedVarianceRatio: [Double] { principalComponents.explainedVarianceRatio }

        /// The coordinates of the rows of `data` `[m × d]` along the components. `[m × r]`
        ///
        /// - Throws: ``FusionError/dimension(modality:expected:found:)`` or
        ///   ``FusionError/notFinite(modality:row:column:)``.
        /// - Complexity: O(m · d · r).
        public func transform(_ data: Matrix) throws(FusionError) -> Matrix {
            try require(data, columns: mean.count)
            return whitens ? Whitening(principalComponents).apply(data) : principalComponents.project(data)
        }

        /// The rows of d features whose coordinates are `reduced` `[m × r]`. `[m × d]`
        ///
        /// - Throws: ``FusionError/dimension(modality:expected:found:)`` or
        ///   ``FusionError/notFinite(modality:row:column:)``.
        /// - Complexity: O(m · d · r).
        public func inverseTransform(_ reduced: Matrix) throws(FusionError) -> Matrix {
            try require(reduced, columns: dimension)
            return whitens ? Whitening(principalComponents).restore(reduced) : principalComponents.reconstruct(reduced)
        }

        private func require(_ data: Matrix, columns: Int) throws(FusionError) {
            guard data.columns == columns else {
                throw .dimension(modality: 0, expected: columns, found: data.columns)
            }
            if let (row, column) = data.firstNonFinite() { throw .notFinite(modality: 0, row: row, column: column) }
        }
    }
}
