import Kindred

/// Functions of each element, and rows that are normalized.
let activationCases: [String: Case] = [
    "gelu": rowCase { x, _, _ in x.applying(.gelu) },
    "softmax": rowCase { x, _, _ in x.softmax() },
    "layer-norm": rowCase { x, weight, bias in x.layerNormalized(weight: weight, bias: bias) },
]

/// A case that turns `x.npy` into an array of the same shape, which is kept until the next is made, as PyTorch does.
private func rowCase(
    _ work: @escaping @Sendable (_ x: Matrix, _ weight: NDArray, _ bias: NDArray) -> Matrix
) -> Case {
    { folder in
        let x = try Matrix(npy: folder + "/x.npy")
        let weight = NDArray(try Matrix(npy: folder + "/weight.npy")).reshaped(to: [x.columns])
        let bias = NDArray(try Matrix(npy: folder + "/bias.npy")).reshaped(to: [x.columns])
        return { ["checksum": Double(work(x, weight, bias)[17, 42])] }
    }
}
