/// Byte pair encoding: a word's characters merge, pair by pair, in the order that the vocabulary was learnt in.
///
/// - Reference: Sennrich, Haddow, Birch (2016), Neural Machine Translation of Rare Words with Subword Units.
struct BytePairModel: Sendable {
    let table: TokenTable
    let merges: MergeTable
    /// What stands for a character that is no token; such characters vanish where it is missing.
    let unknownID: Int32?
    /// Put before all characters but the first, and after the last, to find their tokens.
    let prefix: [UInt8]
    let suffix: [UInt8]
    /// Whether unknown characters in a row are one token.
    let fusesUnknown: Bool
    /// The tokens of single bytes, which stand for unknown characters; empty where they are not used, −1 for a byte
    /// without token.
    let byteTokens: [Int32]
    /// Whether a word that is a token is that token, however its characters merge.
    let prefersWholeWords: Bool

    /// For byte-level vocabularies the tokens of each byte, inside a word and at its end; `nil` where one has none.
    let levelTokens: (inside: [Int32], last: [Int32])?

    init(
        table: TokenTable, merges: MergeTable, unknownID: Int32?, prefix: String, suffix: String, fusesUnknown: Bool,
        fallsBackToBytes: Bool, prefersWholeWords: Bool
    ) {
        self.table = table
        self.merges = merges
        self.unknownID = unknownID
        self.prefix = Array(prefix.utf8)
        self.suffix = Array(suffix.utf8)
        self.fusesUnknown = fusesUnknown
        byteTokens = fallsBackToBytes ? table.byteTokens() : []
        self.prefersWholeWords = prefersWholeWords
        func tokens(after ending: [UInt8]) -> [Int32] {
            (UInt8.min...UInt8.max).compactMap { byte in
                var token: [UInt8] = []
                token.append(utf8Of: ByteCharacters.character(of: byte))
                token += ending
                return token.withUnsafeBufferPointer { table.id(of: $0) }
            }
        }
        let (inside, last) = (tokens(after: []), tokens(after: self.suffix))
        levelTokens = prefix.isEmpty && inside.count == 256 && last.count == 256 ? (inside, last) : nil
    }

    /// - Complexity: O(n log n) for a word of n characters.
    func tokenize(_ word: UnsafeBufferPointer<UInt8>, _ sink: inout some TokenSink, _ symbols: inout MergingSymbols) {
        guard !word.isEmpty else { return }
        if prefersWholeWords, let id = table.id(of: word) { return sink.append(id, 0, word.count) }
        symbols.removeAll()
        var unknownLength = 0
        var character: [UInt8] = []
        var position = 0
        while position < word.count {
            let length = word.scalar(at: position).length
            let end = position + length
            character.removeAll(keepingCapacity: true)
            if position > 0 { character += prefix }
            character += word[position..<end]
            if end == word.count { character += suffix }
            position = end
            if let id = character.withUnsafeBufferPointer({ table.id(of: $0) }) {
                appendUnknown(&unknownLength, &symbols)
                symbols.append(id, length: length)
            } else if !byteTokens.isEmpty, character.allSatisfy({ byteTokens[Int($0)] >= 0 }) {
                // The reference does not close a run of unknown characters here, so that its token comes later.
                for byte in character { symbols.append(byteTokens[Int(byte)], length: 1) }
            } else if unknownID != nil {
                if !fusesUnknown { appendUnknown(&unknownLength, &symbols) }
                unknownLength += length
            }
        }
        appendUnknown(&unknownLength, &symbols)
        symbols.merge(by: merges)
        emit(symbols, &sink)
    }

    private func appendUnknown(_ length: inout Int, _ symbols: inout MergingSymbols) {
        if length > 0, let unknownID { symbols.append(unknownID, length: length) }
        length = 0
    }

    /// As ``tokenize(_:_:_:)`` for a word that ``ByteCharacters`` would write, given by the bytes themselves.
    ///
    /// - Precondition: ``levelTokens`` is there, and ``prefersWholeWords`` is not set.
    func tokenizeBytes(
        _ word: UnsafeBufferPointer<UInt8>, _ sink: inout some TokenSink, _ symbols: inout MergingSymbols
    ) {
        guard let levelTokens, let last = word.last else { return }
        symbols.removeAll()
        for byte in word.dropLast() { symbols.append(levelTokens.inside[Int(byte)], length: 1) }
        symbols.append(levelTokens.last[Int(last)], length: 1)
        symbols.merge(by: merges)
        emit(symbols, &sink)
    }

    private func emit(_ symbols: MergingSymbols, _ sink: inout some TokenSink) {
        var start = 0
        for (id, length) in zip(symbols.ids, symbols.lengths) {
            sink.append(id, start, start + Int(length))
            start += Int(length)
        }
    }
}

extension TokenTable {
    /// The ids of the tokens `<0x00>` … `<0xFF>`; −1 for those that are missing.
    func byteTokens() -> [Int32] {
        let digits = Array("0123456789ABCDEF".unicodeScalars).map { String($0) }
        return (0..<256).map { id(of: "<0x\(digits[$0 >> 4])\(digits[$0 & 15])>") ?? -1 }
    }
}
