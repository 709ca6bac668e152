import Tensor

/// The first vectors of tokens in the text towers of CLIP and SigLIP: by word and by position, added.
struct CLIPTokenEmbeddings: Sendable {
    /// `[vocabulary × width]`
    let words: Matrix
    /// `[most tokens × width]`
    let positions: Matrix

    /// The vectors of tokens. `[tokens × width]`
    ///
    /// - Precondition: tokens are in the vocabulary, and no text has more of them than there are positions.
    func callAsFunction(_ texts: TokenSequences) -> Matrix {
        let width = words.columns
        return Matrix(rows: texts.ids.count, columns: width) { target in
            words.withUnsafeBufferPointer { words in
                positions.withUnsafeBufferPointer { positions in
                    nonisolated(unsafe) let (words, positions, target) = (words, positions, target)
                    parallelFor(texts.count) { text in
                        let start = texts.offsets[text]
                        for (place, id) in texts[text].enumerated() {
                            for column in 0..<width {
                                target[(start + place) * width + column] =
                                    words[Int(id) * width + column] + positions[place * width + column]
                            }
                        }
                    }
                }
            }
        }
    }
}
