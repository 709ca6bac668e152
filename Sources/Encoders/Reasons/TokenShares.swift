import Tensor

/// What a vector is made of, in shares of the tokens of one picture, on its way from the last layer to the first.
struct TokenShares {
    private var shares: [Double]
    /// How a token's attention is taken; `nil` where it is added as it is.
    private let rollout: AttentionRollout?
    /// A row of attention without its weakest parts.
    private var kept: [Float]

    init(_ shares: some Collection<Float>, rollout: AttentionRollout?) {
        self.rollout = rollout
        self.shares = shares.map { Double($0) }
        kept = [Float](repeating: 0, count: shares.count)
    }

    /// What the tokens are made of that enter a layer: themselves, and what they attend to, which stands in a matrix
    /// from a row on.
    mutating func passThrough(_ attention: Matrix, firstRow: Int) {
        var result = [Double](repeating: 0, count: shares.count)
        for (token, share) in shares.enumerated() where share != 0 {
            attention.row(firstRow + token).withContiguousStorageIfAvailable { row in
                for place in kept.indices { kept[place] = row[place] }
            }
            var factor = share
            kept.withUnsafeMutableBufferPointer { row in
                if let rollout {
                    rollout.discard(row)
                    factor /= 1 + row.reduce(0) { $0 + Double($1) }
                }
                for place in row.indices { result[place] += factor * Double(row[place]) }
            }
            result[token] += factor
        }
        shares = result
    }

    /// Writes the patches' shares.
    func write(to target: UnsafeMutableBufferPointer<Float>, at start: Int, from leading: Int) {
        for place in leading..<shares.count { target[start + place - leading] = Float(shares[place]) }
    }
}
