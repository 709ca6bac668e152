/// What turns a word into tokens.
enum TokenModel: Sendable {
    case wordPiece(WordPieceModel)
    case bytePair(BytePairModel)
    case unigram(UnigramModel)
    /// Whole words only, with the id of what is none.
    case wordLevel(TokenTable, unknownID: Int32)

    var table: TokenTable {
        switch self {
        case .wordPiece(let model): model.table
        case .bytePair(let model): model.table
        case .unigram(let model): model.table
        case .wordLevel(let table, _): table
        }
    }

    /// How many tokens the vocabulary lists; one that Unigram lists twice counts twice, as in the reference.
    var size: Int { if case .unigram = self { table.count } else { table.count - table.repetitionCount } }

    /// Appends the tokens of one word.
    func tokenize(_ word: UnsafeBufferPointer<UInt8>, _ sink: inout some TokenSink, _ scratch: inout ModelScratch) {
        switch self {
        case .wordPiece(let model): model.tokenize(word, &sink, &scratch.wordPiece)
        case .bytePair(let model): model.tokenize(word, &sink, &scratch.symbols)
        case .unigram(let model): model.tokenize(word, &sink, &scratch.path)
        case .wordLevel(let table, let unknownID):
            if !word.isEmpty { sink.append(table.id(of: word) ?? unknownID, 0, word.count) }
        }
    }
}

/// Working memory of models, one per thread.
struct ModelScratch {
    var wordPiece = WordPieceScratch()
    var symbols = MergingSymbols()
    var path = UnigramPath()
    var cache = WordCache()
    var normalized: [UInt8] = []
    var form = UnicodeFormBuilder(.nfc)
}
