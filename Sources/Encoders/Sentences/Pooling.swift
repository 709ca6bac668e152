import Tensor

/// How the vectors of a text's tokens become one.
public enum Pooling: String, Sendable, CaseIterable, Codable {
    /// That of the first token, which stands for the whole text.
    case cls
    /// Their mean.
    case mean
    /// The greatest of each feature.
    case max
    /// That of the last token.
    case lastToken = "last-token"

    /// Whether one token of each text is all that is needed.
    package var picksToken: Bool { self == .cls || self == .lastToken }

    /// The token of each text that is needed, where it is one.
    func picked(_ offsets: [Int]) -> [Int]? {
        switch self {
        case .cls: Array(offsets.dropLast())
        case .lastToken: offsets.dropFirst().map { $0 - 1 }
        case .mean, .max: nil
        }
    }

    /// One vector for each sequence of tokens.
    ///
    /// - Parameters:
    ///   - tokens: `[tokens × width]`, or one for each sequence where one is needed.
    ///   - offsets: where sequences start, and at the end the number of tokens. None is empty.
    func callAsFunction(_ tokens: Matrix, offsets: [Int]) -> Matrix {
        if picksToken { return tokens }
        let width = tokens.columns
        return Matrix(rows: offsets.count - 1, columns: width) { target in
            tokens.withUnsafeBufferPointer { source in
                nonisolated(unsafe) let (source, target) = (source, target)
                parallelFor(offsets.count - 1) { text in
                    let rows = offsets[text]..<offsets[text + 1]
                    for column in 0..<width {
                        var sum = 0.0
                        var greatest = -Float.infinity
                        for row in rows {
                            let value = source[row * width + column]
                            sum += Double(value)
                            greatest = Swift.max(greatest, value)
                        }
                        target[text * width + column] = self == .mean ? Float(sum / Double(rows.count)) : greatest
                    }
                }
            }
        }
    }
}
