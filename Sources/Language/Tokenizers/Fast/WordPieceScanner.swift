/// BERT's normalizer, pre-tokenizer and WordPiece in one pass over a text.
struct WordPieceScanner: Sendable {
    private let model: WordPieceModel
    private let cleaning: BertCleaning
    /// For each ASCII character the byte that it becomes inside a word, or one of the actions below.
    private let actions: [UInt8]

    // What becomes of a character that is no part of a word; all bytes of words are larger.
    private static let drop: UInt8 = 0
    private static let space: UInt8 = 1
    private static let mark: UInt8 = 2
    private static let firstByte: UInt8 = 3

    init(_ model: WordPieceModel, _ cleaning: BertCleaning) {
        self.model = model
        self.cleaning = cleaning
        let tables = CharacterTables.shared
        actions = (0..<128).map { (code: UInt32) -> UInt8 in
            let flags = tables.flags(of: code)
            if cleaning.cleansText && flags.contains(.removedByCleaning) { return Self.drop }
            if flags.contains(.whitespace) { return Self.space }
            if flags.contains(.punctuation) { return Self.mark }
            // Characters that would be taken for an action are left to the longer way.
            return cleaning.lowercases && code &- 0x41 < 26 ? UInt8(code | 0x20) : UInt8(code)
        }
    }

    /// Appends the ids of a text; `false` where it has something that needs the exact way.
    func appendIDs(
        of text: UnsafeBufferPointer<UInt8>, to sink: inout TokenIDs, _ scratch: inout WordPieceScratch
    ) -> Bool {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: WordBuffer.capacity) { memory in
            var word = WordBuffer(memory)
            var position = 0
            while position < text.count {
                guard word.hasRoom else { return false }
                let byte = text[position]
                if byte >= 0x80 {
                    let (scalar, length) = text.scalar(at: position)
                    position += length
                    guard append(scalar.value, &word, to: &sink, &scratch) else { return false }
                    continue
                }
                position += 1
                let action = actions[Int(byte)]
                if action >= Self.firstByte {
                    word.append(action)
                    continue
                }
                switch action {
                case Self.space: flush(&word, to: &sink, &scratch)
                case Self.mark:
                    flush(&word, to: &sink, &scratch)
                    word.append(byte)
                    flush(&word, to: &sink, &scratch)
                default:
                    // Control characters that are not cleaned away have the same numbers as the actions.
                    if !cleaning.cleansText { return false }
                }
            }
            flush(&word, to: &sink, &scratch)
            return true
        }
    }

    /// Takes in a character outside ASCII.
    private func append(
        _ scalar: UInt32, _ word: inout WordBuffer, to sink: inout TokenIDs, _ scratch: inout WordPieceScratch
    ) -> Bool {
        let tables = CharacterTables.shared
        let flags = tables.flags(of: scalar)
        if cleaning.cleansText {
            if flags.contains(.removedByCleaning) { return true }
            if flags.contains(.whitespace) {
                flush(&word, to: &sink, &scratch)
                return true
            }
        }
        let isAlone = cleaning.separatesIdeographs && BertCleaning.isIdeograph(scalar)
        if isAlone { flush(&word, to: &sink, &scratch) }
        if cleaning.stripsAccents {
            var isSimple = true
            let isSyllable = HangulSyllables.decompose(scalar) { appendCased($0, tables, &word, to: &sink, &scratch) }
            if !isSyllable {
                let parts = tables.canonical[scalar]
                if parts.isEmpty {
                    isSimple = appendStripped(scalar, flags, tables, &word, to: &sink, &scratch)
                } else {
                    for part in parts where isSimple {
                        isSimple = appendStripped(part, tables.flags(of: part), tables, &word, to: &sink, &scratch)
                    }
                }
            }
            if !isSimple { return false }
        } else {
            appendCased(scalar, tables, &word, to: &sink, &scratch)
        }
        if isAlone { flush(&word, to: &sink, &scratch) }
        return true
    }

    /// Takes in a part of a decomposed character; `false` for marks that stay and may have to change places.
    @inline(__always)
    private func appendStripped(
        _ scalar: UInt32, _ flags: CharacterFlags, _ tables: CharacterTables, _ word: inout WordBuffer,
        to sink: inout TokenIDs, _ scratch: inout WordPieceScratch
    ) -> Bool {
        if flags.contains(.nonspacingMark) { return true }
        if tables.combiningClass(of: scalar) != 0 { return false }
        appendCased(scalar, tables, &word, to: &sink, &scratch)
        return true
    }

    @inline(__always)
    private func appendCased(
        _ scalar: UInt32, _ tables: CharacterTables, _ word: inout WordBuffer, to sink: inout TokenIDs,
        _ scratch: inout WordPieceScratch
    ) {
        if cleaning.lowercases {
            if scalar < 0x80 {
                return appendSplit(scalar &- 0x41 < 26 ? scalar | 0x20 : scalar, tables, &word, to: &sink, &scratch)
            }
            let lower = tables.lowercase[scalar]
            if !lower.isEmpty {
                for part in lower { appendSplit(part, tables, &word, to: &sink, &scratch) }
                return
            }
        }
        appendSplit(scalar, tables, &word, to: &sink, &scratch)
    }

    /// Takes in a normalized character.
    @inline(__always)
    private func appendSplit(
        _ scalar: UInt32, _ tables: CharacterTables, _ word: inout WordBuffer, to sink: inout TokenIDs,
        _ scratch: inout WordPieceScratch
    ) {
        let flags = tables.flags(of: scalar)
        if flags.isDisjoint(with: [.whitespace, .punctuation]) { return word.append(utf8Of: scalar) }
        flush(&word, to: &sink, &scratch)
        if flags.contains(.whitespace) { return }
        word.append(utf8Of: scalar)
        flush(&word, to: &sink, &scratch)
    }

    /// Appends the tokens of the word that has ended.
    @inline(__always)
    private func flush(_ word: inout WordBuffer, to sink: inout TokenIDs, _ scratch: inout WordPieceScratch) {
        guard word.count > 0 else { return }
        model.tokenize(word.bytes, &sink, &scratch)
        word.removeAll()
    }
}
