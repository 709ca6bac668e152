import Tensor

/// Reads the model of a `tokenizer.json`: vocabulary and merges go straight into tables, the rest is kept as it is.
struct TokenModelReader {
    private typealias Problem = JSONReader.Problem

    private let path: String
    private var settings: [JSONValue.Member] = []
    private var table: TokenTable?
    /// Of a list of tokens the numbers beside them.
    private var scores: [Double]?
    private var merges = MergeList()

    /// Reads the value that follows.
    init(_ reader: inout JSONReader, path: String) throws(JSONReader.Problem) {
        self.path = path
        guard try reader.next() == .objectStart else { throw reader.problem("an object is expected for 'model'") }
        while case .key(let key)? = try reader.next() {
            let first = try reader.next()
            switch (key, first) {
            case ("vocab", .objectStart?): try readVocabulary(&reader)
            case ("vocab", .arrayStart?): try readScoredVocabulary(&reader)
            case ("merges", .arrayStart?): try merges.read(&reader)
            default: settings.append(JSONValue.Member(key, try JSONValue(first, &reader)))
            }
        }
    }

    /// Reads a file that is a vocabulary and nothing else.
    static func vocabulary(_ reader: inout JSONReader) throws(JSONReader.Problem) -> TokenTable {
        guard try reader.next() == .objectStart else { throw reader.problem("an object of tokens and ids is expected") }
        let table = try readTable(&reader)
        _ = try reader.next()
        return table
    }

    private mutating func readVocabulary(_ reader: inout JSONReader) throws(Problem) {
        table = try Self.readTable(&reader)
        scores = nil
    }

    private static func readTable(_ reader: inout JSONReader) throws(Problem) -> TokenTable {
        var table = TokenTable(expecting: 1 << 15)
        while case .key(let token)? = try reader.next() {
            guard case .integer(let number)? = try reader.next(), let id = Int32(exactly: number), id >= 0 else {
                throw reader.problem("the id of the token \(quoted(token)) must be a number from 0 to 2³¹ − 1")
            }
            guard table.insert(token, id: id) else { throw reader.problem("the vocabulary is too large") }
        }
        table.finish()
        return table
    }

    private mutating func readScoredVocabulary(_ reader: inout JSONReader) throws(Problem) {
        var table = TokenTable(expecting: 1 << 15)
        var scores: [Double] = []
        while try reader.next() == .arrayStart {
            guard case .string(let token)? = try reader.next() else { throw reader.problem("a token is expected") }
            switch try reader.next() {
            case .number(let score)?: scores.append(score)
            case .integer(let score)?: scores.append(Double(score))
            default: throw reader.problem("the score of the token \(quoted(token)) must be a number")
            }
            guard try reader.next() == .arrayEnd else { throw reader.problem("a token and its score are expected") }
            guard scores.count <= Int32.max, table.insert(token, id: Int32(scores.count - 1)) else {
                throw reader.problem("the vocabulary is too large")
            }
        }
        table.finish()
        self.table = table
        self.scores = scores
    }

    // MARK: Making the model

    private static let known = ["BPE", "Unigram", "WordLevel", "WordPiece"]

    func model() throws(LanguageError) -> TokenModel {
        let reader = ComponentReader(path: path, role: "model", value: .object(settings))
        // Files of the first versions do not say what their model is.
        let kind = reader.kind ?? (merges.isRead ? "BPE" : scores == nil ? "WordPiece" : "Unigram")
        guard Self.known.contains(kind) else { throw reader.unknownKind(known: Self.known) }
        guard let table else { throw reader.problem("'vocab' is missing") }
        try table.checkSize(path)
        switch kind {
        case "WordPiece":
            return .wordPiece(
                WordPieceModel(
                    table: table, unknownID: try reader.unknownID(in: table, default: "[UNK]"),
                    prefix: try reader.string("continuing_subword_prefix", default: "##"),
                    longestWord: try reader.integer("max_input_chars_per_word", default: 100)))
        case "Unigram": return .unigram(try unigram(table, reader))
        case "WordLevel":
            return .wordLevel(table, unknownID: try reader.unknownID(in: table, default: "<unk>"))
        default:
            if case .number(let dropout)? = reader.value["dropout"], dropout > 0 {
                throw reader.problem("'dropout' must be null or 0: what is left to chance cannot be repeated")
            }
            let prefix = try reader.string("continuing_subword_prefix", default: "")
            var unknownID: Int32?
            if case .string? = reader.value["unk_token"] { unknownID = try reader.unknownID(in: table, default: "") }
            return .bytePair(
                BytePairModel(
                    table: table, merges: try merges.table(in: table, prefix: prefix, reader), unknownID: unknownID,
                    prefix: prefix, suffix: try reader.string("end_of_word_suffix", default: ""),
                    fusesUnknown: try reader.boolean("fuse_unk", default: false),
                    fallsBackToBytes: try reader.boolean("byte_fallback", default: false),
                    prefersWholeWords: try reader.boolean("ignore_merges", default: false)))
        }
    }
}

extension TokenTable {
    /// Throws when the tokens may be too many for a tree of their bytes.
    func checkSize(_ path: String) throws(LanguageError) {
        // First and continuing tokens, and what the continuing ones hang at.
        guard byteCount < ByteTrie.mostNodes / 2 - 2 else {
            throw .format(path: path, reason: "the vocabulary has \(byteCount) bytes; at most 8 MiB are read")
        }
    }
}

extension TokenModelReader {
    private func unigram(_ table: TokenTable, _ reader: ComponentReader) throws(LanguageError) -> UnigramModel {
        guard let scores else { throw reader.problem("'vocab' must be a list of tokens with scores") }
        let unknownID = try reader.id("unk_id")
        guard unknownID < scores.count else {
            throw reader.problem("'unk_id' is \(unknownID); it must be less than the number of tokens, \(scores.count)")
        }
        if let index = (0..<table.count).first(where: { table.length(at: $0) > UnigramModel.longestToken }) {
            throw reader.problem(
                "the token with id \(table.ids[index]) has more than \(UnigramModel.longestToken) bytes")
        }
        return UnigramModel(
            table: table, scores: scores, unknownID: unknownID,
            fallsBackToBytes: try reader.boolean("byte_fallback", default: false))
    }
}

extension ComponentReader {
    /// The id of the token that stands for what is unknown.
    func unknownID(in table: TokenTable, default standard: String) throws(LanguageError) -> Int32 {
        let token = try string("unk_token", default: standard)
        if let id = table.id(of: token) { return id }
        throw problem("the vocabulary does not have the unknown token \(quoted(token))")
    }
}
