import Tensor

/// How the vectors of a pair's tokens become one.
public enum JointPooling: String, Sendable, CaseIterable, Codable {
    /// What the model was trained to tell of both together: a product of the first token, and tanh.
    case pooler
    /// The vector of the first token, which stands for the pair.
    case classToken = "class"
    /// The mean of all tokens, of text and picture.
    case mean

    /// Whether one token of each pair is all that is needed.
    var picksToken: Bool { self != .mean }
}

/// From tokens to a pair's vector.
struct JointPooler: Sendable {
    let pooling: JointPooling
    /// Of ``JointPooling/pooler``.
    private let product: LinearLayer?

    /// - Parameter name: of the pooler's weights.
    init(_ weights: ModelWeights, _ name: String, width: Int, _ pooling: JointPooling) throws(EncoderError) {
        self.pooling = pooling
        product =
            pooling == .pooler
            ? try AffineWeights(weights, name, outputs: width, inputs: width).layer(.tanh, .float32) : nil
    }

    /// The token of each pair that is needed, where it is one.
    func picked(_ offsets: [Int]) -> [Int]? { pooling.picksToken ? Pooling.cls.picked(offsets) : nil }

    /// One vector for each pair.
    ///
    /// - Parameters:
    ///   - tokens: `[tokens × width]`, or one for each pair where one is needed.
    ///   - offsets: where pairs start, and at the end the number of tokens. None is empty.
    func callAsFunction(_ tokens: Matrix, offsets: [Int]) -> Matrix {
        if let product { return product.apply(to: tokens) }
        return (pooling.picksToken ? Pooling.cls : .mean)(tokens, offsets: offsets)
    }
}
