import Tensor

// Models as SentencePiece itself runs them.
extension SentencePieceFile {
    func model() throws(LanguageError) -> TokenModel {
        algorithm == .unigram ? .unigram(unigram()) : .bytePair(try bytePair())
    }

    private func unigram() -> UnigramModel {
        let normal = kinds.indices.lazy.filter { kinds[$0] == .normal }.map { scores[$0] }
        let (lowest, highest) = (normal.min() ?? 0, normal.max() ?? 0)
        let ranked = kinds.indices.map { index -> Double in
            guard kinds[index] == .userDefined else { return Double(scores[index]) }
            // What a user has defined is better than anything that it could be cut into.
            return Double(Float(pieces.length(at: index)) * highest - 0.1)
        }
        return UnigramModel(
            table: pieces, scores: ranked, unknownID: unknownID, fallsBackToBytes: fallsBackToBytes,
            native: UnigramModel.Native(
                isMatched: kinds.indices.map(isMatched), unknownScore: Double(lowest - UnigramModel.unknownPenalty)))
    }

    /// How many pairs may merge: it bounds the memory for what a file can make of repetitions.
    private static let mostMerges = 1 << 22

    /// Two neighbours merge when they make a piece, the piece with the highest score first.
    private func bytePair() throws(LanguageError) -> BytePairModel {
        if let index = kinds.indices.first(where: { kinds[$0] == .userDefined || kinds[$0] == .unused }) {
            throw problem(
                "the piece \(quoted(pieces.token(of: Int32(index)) ?? "")) is defined by a user, or not used: that is "
                    + "read with Unigram (1), not with BPE (2)")
        }
        let order = kinds.indices.filter(isMatched).sorted { (scores[$0], $1) > (scores[$1], $0) }
        var merges = MergeTable(expecting: order.count)
        var rank: UInt32 = 0
        for (place, index) in order.enumerated() {
            // Of equal scores the leftmost pair comes first, whichever piece it makes.
            if place > 0, scores[index] != scores[order[place - 1]] { rank += 1 }
            pieces.withToken(at: index) { piece in
                for middle in piece.indices.dropFirst() where piece[middle] & 0xC0 != 0x80 {
                    guard let first = pieces.index(of: UnsafeBufferPointer(rebasing: piece[..<middle])),
                        let second = pieces.index(of: UnsafeBufferPointer(rebasing: piece[middle...])),
                        isMatched(first), isMatched(second)
                    else { continue }
                    merges.insert(Int32(first), Int32(second), MergeTable.Merge(rank: rank, id: Int32(index)))
                }
            }
            guard merges.count <= Self.mostMerges else {
                throw problem("more than \(Self.mostMerges) pairs of pieces merge")
            }
        }
        return BytePairModel(
            table: pieces, merges: merges, unknownID: unknownID, prefix: "", suffix: "", fusesUnknown: true,
            fallsBackToBytes: fallsBackToBytes, prefersWholeWords: false)
    }

    /// The normalizer, as SentencePiece itself does it.
    var normalization: PieceNormalization {
        var verbatim = ByteTrie()
        for index in kinds.indices where kinds[index] == .userDefined {
            pieces.withToken(at: index) { verbatim.insert($0, value: Int32(index)) }
        }
        return PieceNormalization(
            map: map, verbatim: kinds.contains(.userDefined) ? verbatim : nil, addsPrefix: addsPrefix,
            removesExtraSpaces: removesExtraSpaces)
    }

    /// The control pieces and those that a user has defined, which `transformers` looks for in texts.
    var addedTokens: [AddedToken] {
        kinds.indices.filter { kinds[$0] == .control || kinds[$0] == .userDefined }.map { index in
            AddedToken(content: pieces.token(of: Int32(index)) ?? "", isSpecial: kinds[index] == .control)
        }
    }
}
