/// A tokenizer's parts, which never change, and the exact way from a text to tokens.
///
/// Every component can be asked for the exact way, and it gives offsets; ``FastPath`` is a shorter way to the same ids.
final class TokenizerCore: Sendable {
    let addedTokens: AddedTokens
    let normalizer: [NormalizerStep]
    let splitting: [SplittingStep]
    let model: TokenModel
    let processing: [ProcessingStep]
    let fastPath: FastPath?

    init(
        addedTokens: [AddedToken], normalizer: [NormalizerStep], splitting: [SplittingStep], model: TokenModel,
        processing: [ProcessingStep]
    ) {
        self.addedTokens = AddedTokens(addedTokens, model: model, normalizer: normalizer)
        self.normalizer = normalizer
        self.splitting = splitting
        self.model = model
        self.processing = processing
        fastPath = FastPath(
            normalizer: normalizer, splitting: splitting, model: model, addedTokens: self.addedTokens)
    }

    /// How many special tokens a text, or a pair, gets.
    func addedCount(isPair: Bool) -> Int { processing.reduce(0) { $0 + $1.addedCount(isPair: isPair) } }

    /// The text normalized and cut into words and added tokens.
    func prepared(_ text: UnsafeBufferPointer<UInt8>) -> AlignedText {
        var aligned = AlignedText(text)
        aligned.dropEmptyPieces()
        addedTokens.split(&aligned, isNormalized: false)
        for step in normalizer { step.apply(to: &aligned) }
        addedTokens.split(&aligned, isNormalized: true)
        for step in splitting { step.apply(to: &aligned) }
        return aligned
    }

    /// The tokens of a text without special ones, in order.
    ///
    /// - Complexity: O(n log n) for n bytes; O(n) but for long words of byte pair encoding.
    func segment(_ text: UnsafeBufferPointer<UInt8>, typeID: Int32, _ scratch: inout ModelScratch) -> TokenSegment {
        let aligned = prepared(text)
        let scalars = ScalarOffsets(text)
        let trims = processing.contains { $0.trimsOffsets }
        var segment = TokenSegment()
        var words = PlacedTokens()
        aligned.withBytes { bytes in
            for piece in aligned.pieces {
                let word = UnsafeBufferPointer(rebasing: bytes[piece.range])
                words.tokens.removeAll(keepingCapacity: true)
                if piece.token >= 0 {
                    words.append(piece.token, 0, word.count)
                } else {
                    model.tokenize(word, &words, &scratch)
                }
                for placed in words.tokens {
                    let origin = aligned.origin(of: placed.start..<placed.end, in: piece)
                    let offsets = scalars.offsets(ofBytes: origin)
                    var token = TokenSegment.Token(
                        id: placed.id, typeID: typeID, start: offsets.lowerBound, end: offsets.upperBound)
                    if trims {
                        (token.leadingSpaces, token.trailingSpaces) =
                            piece.token >= 0 ? word.outerSpaces : model.outerSpaces(of: placed, in: word)
                    }
                    segment.tokens.append(token)
                }
            }
        }
        return segment
    }

    /// An encoding of one text or of two, cut to `limit` tokens.
    func encoding(_ segments: [TokenSegment], limit: Int?, truncation: Truncation) -> Encoding {
        var segments = segments
        var result = Encoding()
        if let limit {
            let room = limit - addedCount(isPair: segments.count == 2)
            let counts = segments.map(\.tokens.count)
            for (index, kept) in truncation.keptCounts(counts, limit: room).enumerated() where kept < counts[index] {
                let range = truncation.range(keeping: kept, of: counts[index])
                segments[index].tokens = Array(segments[index].tokens[range])
                result.truncatedCount += counts[index] - kept
            }
        }
        for step in processing { segments = step.apply(to: segments) }
        for token in segments.lazy.flatMap(\.tokens) {
            result.ids.append(token.id)
            result.typeIDs.append(token.typeID)
            result.offsets.append(token.start..<max(token.start, token.end))
            result.specialTokensMask.append(token.isSpecial)
            result.attentionMask.append(true)
        }
        return result
    }
}

/// From bytes of a text to its scalars.
struct ScalarOffsets {
    /// For texts that are not ASCII, the number of the scalar that each byte belongs to.
    private var scalars: [UInt32] = []
    private let count: Int

    init(_ text: UnsafeBufferPointer<UInt8>) {
        count = text.count
        guard text.contains(where: { $0 >= 0x80 }) else { return }
        scalars.reserveCapacity(text.count)
        var scalar: UInt32 = 0
        for (position, byte) in text.enumerated() {
            if position > 0, byte & 0xC0 != 0x80 { scalar += 1 }
            scalars.append(scalar)
        }
    }

    private func scalar(ofByte byte: Int) -> Int { scalars.isEmpty ? byte : Int(scalars[byte]) }

    /// The scalars that a range of bytes starts and ends at.
    func offsets(ofBytes range: Range<Int>) -> Range<Int> {
        guard range.lowerBound < count else { return range }
        let start = scalar(ofByte: range.lowerBound)
        let end = range.upperBound < count ? scalar(ofByte: range.upperBound) : scalar(ofByte: count - 1) + 1
        return start..<max(start, end)
    }
}

extension AlignedText {
    /// Where in the original text a range of a piece's bytes comes from.
    func origin(of range: Range<Int>, in piece: Piece) -> Range<Int> {
        let first = piece.range.lowerBound + range.lowerBound
        let end = piece.range.lowerBound + range.upperBound
        if range.isEmpty { return Int(piece.origin) + range.lowerBound..<Int(piece.origin) + range.lowerBound }
        guard end <= piece.range.upperBound else { return range }
        return Int(starts[first])..<max(Int(starts[first]), Int(ends[end - 1]))
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// How many characters of white space the bytes begin and end with; a byte-level space counts, too.
    var outerSpaces: (leading: Int, trailing: Int) {
        let tables = CharacterTables.shared
        func isSpace(_ scalar: Unicode.Scalar) -> Bool {
            scalar.value == ByteCharacters.space || tables.flags(of: scalar.value).contains(.whitespace)
        }
        var (leading, trailing) = (0, 0)
        var position = 0
        while position < count {
            let (scalar, length) = scalar(at: position)
            guard isSpace(scalar) else { break }
            leading += 1
            position += length
        }
        position = count
        while position > 0 {
            position = start(ofScalarBefore: position)
            guard isSpace(scalar(at: position).scalar) else { break }
            trailing += 1
        }
        return (leading, trailing)
    }
}

extension TokenModel {
    /// As ``Swift/UnsafeBufferPointer/outerSpaces`` for the text of a token in the vocabulary.
    func outerSpaces(of token: (id: Int32, start: Int, end: Int), in word: UnsafeBufferPointer<UInt8>) -> (
        leading: Int, trailing: Int
    ) {
        // What Unigram does not know has the text itself as its token's text.
        if case .unigram = self { return UnsafeBufferPointer(rebasing: word[token.start..<token.end]).outerSpaces }
        return table.index(of: token.id).map { table.withToken(at: $0) { $0.outerSpaces } } ?? (0, 0)
    }
}
