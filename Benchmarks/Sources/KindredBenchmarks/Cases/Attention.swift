import Kindred

/// Scaled-dot-product attention. Arrays lie as linear layers put them out; PyTorch gets its own layout.
let attentionCases: [String: Case] = [
    "attention-50": attentionCase(batch: 32, heads: 12),
    "attention-64": attentionCase(batch: 64, heads: 12),
    "attention-257": attentionCase(batch: 8, heads: 12),
]

private func attentionCase(batch: Int, heads: Int) -> Case {
    { folder in
        let arrays = try ["q", "k", "v"].map { name in
            let matrix = try Matrix(npy: folder + "/\(name).npy")
            return NDArray(matrix).reshaped(to: [batch, matrix.rows / batch, matrix.columns])
        }
        let heads = AttentionHeads(count: heads)
        return {
            let result = arrays[0].attending(to: arrays[1], values: arrays[2], heads: heads)
            return ["checksum": Double(result[1, 7, 42])]
        }
    }
}
