import Tensor

extension Concatenation {
    /// One modality's part of the joint vector: its weight and the statistics of its normalisation.
    struct Block: Sendable {
        let dimension: Int
        let weight: Double
        let normalization: Normalization
        /// What is taken from each feature: its mean for z-scores. `[d]`
        let shift: [Double]
        /// What each feature is then multiplied by: weight over deviation for z-scores. `[d]`
        let factors: [Double]
        /// The mean squared length of the weighted block, over the rows that it was fitted to.
        let energy: Double

        /// The block of the rows of `data` `[m × d]`, all present.
        init(fittedTo data: Matrix, weight: Double, normalization: Normalization) {
            dimension = data.columns
            self.weight = weight
            self.normalization = normalization
            switch normalization {
            case .zScore:
                shift = data.columnMeans()
                let deviations = Self.deviations(of: data, means: shift)
                let varying = deviations.count { $0 > 0 }
                let scale = weight / Double(max(1, varying)).squareRoot()
                factors = deviations.map { $0 > 0 ? scale / $0 : 0 }
                energy = varying > 0 ? weight * weight : 0
            case .l2:
                (shift, factors) = ([], [])
                energy = data.rows > 0 ? weight * weight : 0
            case .none:
                (shift, factors) = ([], [])
                let squares = data.rowNorms().reduce(0) { $0 + Double($1) * Double($1) }
                energy = data.rows > 0 ? weight * weight * squares / Double(data.rows) : 0
            }
        }

        /// The deviations of the columns; 0 for those whose spread is only the rounding of their mean.
        private static func deviations(of data: Matrix, means: [Double]) -> [Double] {
            zip(data.columnStandardDeviations(), means).map { deviation, mean in
                deviation > abs(mean) * 1e-12 ? deviation : 0
            }
        }

        /// Writes the block of row `row` of `data`, times `scale`, to `target`.
        func write(_ data: Matrix, _ row: Int, scale: Double, to target: UnsafeMutablePointer<Float>) {
            data.withUnsafeBufferPointer { values in
                guard let start = values.baseAddress, dimension > 0 else { return }
                let from = start + row * dimension
                switch normalization {
                case .zScore:
                    for j in 0..<dimension { target[j] = Float((Double(from[j]) - shift[j]) * factors[j] * scale) }
                case .l2:
                    var square = 0.0
                    for j in 0..<dimension { square += Double(from[j]) * Double(from[j]) }
                    let factor = square > 0 ? weight * scale / square.squareRoot() : 0
                    for j in 0..<dimension { target[j] = Float(Double(from[j]) * factor) }
                case .none:
                    for j in 0..<dimension { target[j] = Float(Double(from[j]) * weight * scale) }
                }
            }
        }
    }
}
