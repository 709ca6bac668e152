import Tensor

/// What SentencePiece's own model file says: pieces with scores, and how texts are normalized.
///
/// - Reference: Kudo, Richardson (2018), SentencePiece; the format is `ModelProto` of `sentencepiece_model.proto`.
struct SentencePieceFile {
    enum Algorithm: UInt64 {
        case unigram = 1, bytePair, word, character
    }

    enum Kind: UInt64 {
        case normal = 1, unknown, control, userDefined, unused, byte
    }

    let path: String
    /// The pieces; ids are their places in the file.
    private(set) var pieces = TokenTable(expecting: 1 << 15)
    private(set) var scores: [Float] = []
    private(set) var kinds: [Kind] = []
    private(set) var unknownID: Int32 = 0
    private(set) var algorithm = Algorithm.unigram
    private(set) var fallsBackToBytes = false
    private(set) var map: PrecompiledMap?
    private(set) var addsPrefix = true
    private(set) var removesExtraSpaces = true

    private var escapesSpaces = true
    private var endsWordsWithSpaces = false

    init(_ file: FileBytes) throws(LanguageError) {
        path = file.path
        do throws(WireReader.Problem) {
            try file.withBytes { bytes throws(WireReader.Problem) in try read(bytes) }
        } catch {
            throw .format(path: path, reason: "the file is damaged at byte \(error.offset): \(error.reason)")
        }
        pieces.finish()
        try pieces.checkSize(path)
        try check()
    }

    private mutating func read(_ bytes: UnsafeRawBufferPointer) throws(WireReader.Problem) {
        var reader = WireReader(bytes, in: 0..<bytes.count)
        while let (field, value) = try reader.next() {
            guard case .bytes(let range) = value else { continue }
            switch field {
            case 1: try readPiece(bytes, range)
            case 2: try readTraining(bytes, range)
            case 3: try readNormalization(bytes, range)
            default: break
            }
        }
    }

    private mutating func readPiece(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws(WireReader.Problem) {
        var reader = WireReader(bytes, in: range)
        var (text, score, kind) = (0..<0, Float(0), Kind.normal)
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, .bytes(let range)): text = range
            case (2, .fixed32(let bits)): score = Float(bitPattern: bits)
            case (3, .number(let number)):
                guard let known = Kind(rawValue: number) else {
                    throw reader.problem("piece \(kinds.count) is of type \(number); 1 to 6 are known")
                }
                kind = known
            default: break
            }
        }
        let utf8 = UnsafeRawBufferPointer(rebasing: bytes[text]).bindMemory(to: UInt8.self)
        guard let name = String(validating: utf8, as: UTF8.self) else {
            throw reader.problem("piece \(kinds.count) is not valid UTF-8")
        }
        guard !utf8.isEmpty else { throw reader.problem("piece \(kinds.count) is empty") }
        guard utf8.count <= UnigramModel.longestToken else {
            throw reader.problem("piece \(kinds.count) has more than \(UnigramModel.longestToken) bytes")
        }
        guard score.isFinite else { throw reader.problem("the score of the piece \(quoted(name)) must be finite") }
        if let other = pieces.index(of: utf8) {
            throw reader.problem("pieces \(other) and \(kinds.count) are both \(quoted(name))")
        }
        guard pieces.insert(utf8, id: Int32(kinds.count)) else { throw reader.problem("there are too many pieces") }
        scores.append(score)
        kinds.append(kind)
    }

    private mutating func readTraining(
        _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>
    ) throws(WireReader.Problem) {
        var reader = WireReader(bytes, in: range)
        while let (field, value) = try reader.next() {
            guard case .number(let number) = value else { continue }
            switch field {
            case 3:
                guard let known = Algorithm(rawValue: number) else {
                    throw reader.problem("'model_type' is \(number); 1 to 4 are known")
                }
                algorithm = known
            case 24: endsWordsWithSpaces = number != 0
            case 35: fallsBackToBytes = number != 0
            default: break
            }
        }
    }

    private mutating func readNormalization(
        _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>
    ) throws(WireReader.Problem) {
        var reader = WireReader(bytes, in: range)
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (2, .bytes(let range)):
                map = PrecompiledMap(Array(bytes[range]))
                if map == nil, !range.isEmpty { throw reader.problem("'precompiled_charsmap' is damaged") }
            case (3, .number(let number)): addsPrefix = number != 0
            case (4, .number(let number)): removesExtraSpaces = number != 0
            case (5, .number(let number)): escapesSpaces = number != 0
            default: break
            }
        }
    }

    private mutating func check() throws(LanguageError) {
        let unknown = kinds.indices.filter { kinds[$0] == .unknown }
        guard unknown.count == 1, let first = unknown.first else {
            throw problem("\(kinds.count) pieces, \(unknown.count) of them for what is unknown; there must be one")
        }
        unknownID = Int32(first)
        guard algorithm == .unigram || algorithm == .bytePair else {
            throw problem("'model_type' is \(algorithm.rawValue); 1 (Unigram) and 2 (BPE) are read")
        }
        guard escapesSpaces else { throw problem("'escape_whitespaces' must be true") }
        guard !endsWordsWithSpaces else { throw problem("'treat_whitespace_as_suffix' must be false") }
    }

    func problem(_ reason: String) -> LanguageError { .format(path: path, reason: reason) }

    /// Whether a piece may stand in a text.
    func isMatched(_ index: Int) -> Bool { kinds[index] == .normal || kinds[index] == .userDefined }
}
