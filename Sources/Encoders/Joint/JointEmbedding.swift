import Tensor

/// The first vectors of a pair's tokens: those of the text, and those of the picture.
protocol JointEmbedding: TokenTaking {
    /// A picture as the model takes it.
    associatedtype Picture: Sendable

    /// How many tokens a picture comes to.
    func tokenCount(of picture: Picture) -> Int

    /// Stands for a picture.
    func key(of picture: Picture) -> ContentKey

    /// The tokens of texts, text after text. `[tokens × width]`
    func callAsFunction(_ texts: TokenSequences) -> Matrix

    /// The tokens of pictures, picture after picture. `[tokens × width]`
    func callAsFunction(_ pictures: [Picture]) -> Matrix

    /// Pictures to measure ranges with.
    func samplePictures() -> [Picture]
}

extension JointEmbedding {
    /// The tokens of pairs: of each, those of the text and then those of the picture.
    func callAsFunction(_ texts: TokenSequences, _ pictures: [Picture]) -> (hidden: Matrix, offsets: [Int]) {
        precondition(texts.count == pictures.count, "\(texts.count) texts for \(pictures.count) pictures")
        let (words, patches) = (self(texts), self(pictures))
        let width = words.columns
        var offsets = [0]
        let hidden = Matrix(rows: words.rows + patches.rows, columns: width) { target in
            guard var target = target.baseAddress else { return }
            func append(_ source: UnsafeBufferPointer<Float>, _ start: Int, _ count: Int) {
                guard count > 0, let source = source.baseAddress else { return }
                target.update(from: source + start * width, count: count * width)
                target += count * width
            }
            words.withUnsafeBufferPointer { words in
                patches.withUnsafeBufferPointer { patches in
                    var patch = 0
                    for (pair, picture) in pictures.enumerated() {
                        let (length, count) = (texts[pair].count, tokenCount(of: picture))
                        append(words, texts.offsets[pair], length)
                        append(patches, patch, count)
                        patch += count
                        offsets.append(offsets[pair] + length + count)
                    }
                }
            }
        }
        return (hidden, offsets)
    }

    /// Tokens to measure ranges with.
    func sample() -> SampleTokens {
        let pictures = samplePictures()
        let texts = TokenSequences.sample(
            vocabularySize: vocabularySize, length: min(16, mostTokens), count: pictures.count)
        let (hidden, offsets) = self(texts, pictures)
        return SampleTokens(hidden: hidden, offsets: offsets)
    }
}
