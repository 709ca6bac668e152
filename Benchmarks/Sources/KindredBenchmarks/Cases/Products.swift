import Kindred

/// An array from a file of the case.
private func matrix(_ folder: String, _ name: String) throws -> Matrix { try Matrix(npy: "\(folder)/\(name).npy") }

/// A plain product a · b.
private let product: Case = { folder in
    let (a, b) = (try matrix(folder, "a"), try matrix(folder, "b"))
    return { ["checksum": Double(a.times(b)[17, 42])] }
}

/// A layer whose weights have been packed: x · Wᵀ, with bias and activation where the case has them.
private func layer(_ activation: Activation, _ precision: LinearLayer.Precision = .float32) -> Case {
    { folder in
        let bias = try activation == .identity ? nil : NDArray(matrix(folder, "bias")).flattened()
        let layer = LinearLayer(
            weights: try matrix(folder, "w"), bias: bias, activation: activation, precision: precision)
        let input = try matrix(folder, "x")
        return { ["checksum": Double(layer.apply(to: input)[17, 42])] }
    }
}

/// Products of matrices. The names of shapes are rows × columns × depth.
let productsCases: [String: Case] = {
    var cases: [String: Case] = [
        "sgemm": product,
        "linear-int8": layer(.identity, .int8),
        "product-argmin": { folder in
            let (a, b) = (try matrix(folder, "x"), try matrix(folder, "w"))
            let offsets = b.rowSquaredNorms().map { Float($0 / 2) }
            return {
                let nearest = a.greatestProducts(with: b, offsets: offsets).rows
                return ["checksum": Double(nearest.reduce(0) { $0 + Int($1) })]
            }
        },
    ]
    for shape in ["1600x3072x768", "1600x768x3072", "8192x1000x512", "4096x384x384", "64x3136x576"] {
        cases["sgemm-\(shape)"] = layer(.identity)
        cases["gelu-\(shape)"] = layer(.gelu)
    }
    return cases
}()
