/// A shorter way to the ids of a text, for the combinations of components that models are published with.
///
/// It knows nothing of offsets, and leaves the rare texts that it cannot do to the exact way.
enum FastPath: Sendable {
    case wordPiece(WordPieceScanner)
    case bytePair(BytePairScanner)

    /// The short way of a tokenizer, if it has one.
    init?(
        normalizer: [NormalizerStep], splitting: [SplittingStep], model: TokenModel, addedTokens: AddedTokens
    ) {
        switch model {
        case .wordPiece(let model):
            guard case .bert(let cleaning)? = normalizer.first, normalizer.count == 1, case .bert? = splitting.first,
                splitting.count == 1, addedTokens.hasNone(inNormalizedText: true)
            else { return nil }
            self = .wordPiece(WordPieceScanner(model, cleaning))
        case .bytePair(let model):
            guard let scanner = BytePairScanner(model, normalizer, splitting) else { return nil }
            self = .bytePair(scanner)
        default: return nil
        }
    }

    /// Appends the ids of a text; `false` where the exact way must be gone.
    func appendIDs(
        of text: UnsafeBufferPointer<UInt8>, _ addedTokens: AddedTokens, to sink: inout TokenIDs,
        _ scratch: inout ModelScratch
    ) -> Bool {
        let before = sink.ids.count
        var isDone = true
        if addedTokens.occur(in: text, isNormalized: false) {
            // What lies between the added tokens is normalized and cut by itself.
            for cut in addedTokens.cuts(of: text) where isDone {
                if cut.token >= 0 {
                    sink.append(cut.token, 0, 0)
                } else {
                    let piece = UnsafeBufferPointer(rebasing: text[cut.range])
                    isDone = appendPiece(piece, addedTokens, to: &sink, &scratch)
                }
            }
        } else {
            isDone = appendPiece(text, addedTokens, to: &sink, &scratch)
        }
        if !isDone { sink.ids.removeSubrange(before...) }
        return isDone
    }

    private func appendPiece(
        _ text: UnsafeBufferPointer<UInt8>, _ addedTokens: AddedTokens, to sink: inout TokenIDs,
        _ scratch: inout ModelScratch
    ) -> Bool {
        switch self {
        case .wordPiece(let scanner): scanner.appendIDs(of: text, to: &sink, &scratch.wordPiece)
        case .bytePair(let scanner): scanner.appendIDs(of: text, addedTokens, to: &sink, &scratch)
        }
    }
}
