/// The normalizers and pre-tokenizers of GPT-2, RoBERTa and CLIP and byte pair encoding, over the bytes themselves.
struct BytePairScanner: Sendable {
    private enum Words {
        /// All of the text, words by GPT-2's expression.
        case byteLevel(addsPrefixSpace: Bool)
        /// Words by CLIP's expression, which GPT-2's would not cut further.
        case clip(tokens: Bool)
    }

    private let model: BytePairModel
    private let words: Words
    // What the normalizer does, in this order.
    private var composes = false
    private var joinsSpaces = false
    private var lowercases = false

    init?(_ model: BytePairModel, _ normalizer: [NormalizerStep], _ splitting: [SplittingStep]) {
        guard model.levelTokens != nil, !model.prefersWholeWords else { return nil }
        self.model = model
        if case .byteLevel(let last)? = splitting.last, last.usesPattern, splitting.count == 1 {
            words = .byteLevel(addsPrefixSpace: last.addsPrefixSpace)
        } else if splitting.count == 2, case .pattern(.clip(let tokens), .removed, true) = splitting[0],
            case .byteLevel(let last) = splitting[1], !last.addsPrefixSpace
        {
            words = .clip(tokens: tokens)
        } else {
            return nil
        }
        for step in normalizer {
            switch step {
            case .form(.nfc) where !composes && !joinsSpaces && !lowercases: composes = true
            case .replace(.spaces(runs: true), with: [0x20]) where !joinsSpaces && !lowercases: joinsSpaces = true
            case .lowercase where !lowercases: lowercases = true
            default: return nil
            }
        }
    }

    /// Appends the ids of a text; `false` where it has something that needs the exact way.
    func appendIDs(
        of text: UnsafeBufferPointer<UInt8>, _ addedTokens: AddedTokens, to sink: inout TokenIDs,
        _ scratch: inout ModelScratch
    ) -> Bool {
        if text.isEmpty { return true }
        var addsPrefixSpace = false
        if case .byteLevel(true) = words { addsPrefixSpace = true }
        guard composes || joinsSpaces || lowercases || addsPrefixSpace else {
            if addedTokens.occur(in: text, isNormalized: true) { return false }
            return appendWords(of: text, to: &sink, &scratch)
        }
        // Taken out while it is in use, so that the rest of the scratch can be used, too.
        var normalized = scratch.normalized
        scratch.normalized = []
        defer { scratch.normalized = normalized }
        normalized.removeAll(keepingCapacity: true)
        normalize(text, &normalized, &scratch.form)
        return normalized.withUnsafeBufferPointer { bytes in
            if addedTokens.occur(in: bytes, isNormalized: true) { return false }
            guard addsPrefixSpace, bytes.first != 0x20 else { return appendWords(of: bytes, to: &sink, &scratch) }
            return withSpace(before: bytes) { appendWords(of: $0, to: &sink, &scratch) }
        }
    }

    private func withSpace<R>(before bytes: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R
    {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: bytes.count + 1) { memory in
            memory[0] = 0x20
            _ = UnsafeMutableBufferPointer(rebasing: memory[1...]).update(from: bytes)
            return body(UnsafeBufferPointer(memory))
        }
    }

    // MARK: Words

    private func appendWords(
        of text: UnsafeBufferPointer<UInt8>, to sink: inout TokenIDs, _ scratch: inout ModelScratch
    ) -> Bool {
        let scanner = WordScanner(text)
        var position = 0
        while position < text.count {
            let end: Int
            switch words {
            case .byteLevel: end = scanner.endOfByteLevelWord(at: position)
            case .clip(let tokens):
                // A special token that was not found as such is cut further by GPT-2's expression.
                if tokens, scanner.endOfCLIPToken(at: position) > position { return false }
                end = scanner.endOfCLIPWord(at: position)
            }
            guard end > position else {
                position += text.scalar(at: position).length
                continue
            }
            append(UnsafeBufferPointer(rebasing: text[position..<end]), to: &sink, &scratch)
            position = end
        }
        return true
    }

    @inline(__always)
    private func append(
        _ word: UnsafeBufferPointer<UInt8>, to sink: inout TokenIDs, _ scratch: inout ModelScratch
    ) {
        if !scratch.cache.appendKnownIDs(of: word, to: &sink.ids) {
            let before = sink.ids.count
            model.tokenizeBytes(word, &sink, &scratch.symbols)
            scratch.cache.insert(word, sink.ids[before...])
        }
    }

    // MARK: Normalizing

    private func normalize(
        _ text: UnsafeBufferPointer<UInt8>, _ result: inout [UInt8], _ form: inout UnicodeFormBuilder
    ) {
        let tables = CharacterTables.shared
        result.reserveCapacity(text.count)
        if composes, mayCompose(text, tables) {
            form.removeAll()
            forEachScalar(text) { form.append($0) }
            form.finish()
            var isAfterSpace = false
            for entry in form.entries { append(entry.scalar, tables, &result, &isAfterSpace) }
        } else {
            var isAfterSpace = false
            forEachScalar(text) { append($0, tables, &result, &isAfterSpace) }
        }
    }

    private func mayCompose(_ text: UnsafeBufferPointer<UInt8>, _ tables: CharacterTables) -> Bool {
        var position = 0
        while position < text.count {
            // Below U+0300 nothing composes with what comes before.
            if text[position] < 0xCC {
                position += 1
                continue
            }
            let (scalar, length) = text.scalar(at: position)
            if tables.mayCompose(scalar.value) { return true }
            position += length
        }
        return false
    }

    @inline(__always)
    private func forEachScalar(_ text: UnsafeBufferPointer<UInt8>, _ body: (UInt32) -> Void) {
        var position = 0
        while position < text.count {
            let (scalar, length) = text.scalar(at: position)
            body(scalar.value)
            position += length
        }
    }

    @inline(__always)
    private func append(
        _ scalar: UInt32, _ tables: CharacterTables, _ result: inout [UInt8], _ isAfterSpace: inout Bool
    ) {
        if joinsSpaces {
            let isSpace = tables.wordClasses[scalar] == WordClass.space.rawValue
            if isSpace {
                if !isAfterSpace { result.append(0x20) }
                isAfterSpace = true
                return
            }
            isAfterSpace = false
        }
        if scalar < 0x80 {
            return result.append(UInt8(lowercases && scalar &- 0x41 < 26 ? scalar | 0x20 : scalar))
        }
        let lower = lowercases ? tables.lowercase[scalar] : []
        if lower.isEmpty { return result.append(utf8Of: scalar) }
        for part in lower { result.append(utf8Of: part) }
    }
}
