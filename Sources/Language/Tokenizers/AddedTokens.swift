/// A token that is found in the text itself, before the model is asked.
struct AddedToken: Sendable, Hashable {
    var content: String
    /// Whether it counts only where no word character stands beside it.
    var isSingleWord = false
    /// Whether white space before it, and after it, belongs to it.
    var stripsLeft = false
    var stripsRight = false
    /// Whether it is looked for in the normalized text.
    var isNormalized = false
    var isSpecial = false
}

/// The added tokens of a tokenizer.
struct AddedTokens: Sendable {
    private(set) var tokens: [(token: AddedToken, id: Int32)] = []
    private var indices: [Term: Int] = [:]
    private var raw = Matcher()
    private var normalized = Matcher()

    /// Finds tokens from left to right, of several that start together the longest.
    private struct Matcher: Sendable {
        var trie = ByteTrie()
        var firstBytes = [Bool](repeating: false, count: 256)
        var isEmpty = true

        mutating func insert(_ content: [UInt8], _ index: Int) {
            guard let first = content.first else { return }
            isEmpty = false
            firstBytes[Int(first)] = true
            content.withUnsafeBufferPointer { trie.insert($0, value: Int32(index)) }
        }

        /// The longest token at `start`, and where it ends.
        func match(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int, before end: Int) -> (index: Int, end: Int)? {
            var result: (index: Int, end: Int)?
            var (node, position) = (ByteTrie.root, start)
            while position < end {
                node = trie.child(node, bytes[position])
                if node == 0 { break }
                position += 1
                if trie.values[Int(node)] >= 0 { result = (Int(trie.values[Int(node)]), position) }
            }
            return result
        }
    }

    /// Adds `tokens` as the reference does: those that the model's vocabulary has keep its ids, whatever the file says,
    /// and the others get the ids that follow.
    init(_ tokens: [AddedToken], model: TokenModel, normalizer: [NormalizerStep]) {
        var next = Int32(clamping: model.size)
        for token in tokens where !token.content.isEmpty {
            let key = Term(token.content)
            if let known = indices[key] {
                self.tokens[known].token = token
                continue
            }
            var id = model.table.id(of: token.content)
            if id == nil, next < Int32.max {
                id = next
                next += 1
            }
            guard let id else { continue }
            indices[key] = self.tokens.count
            self.tokens.append((token, id))
        }
        for (index, entry) in self.tokens.enumerated() {
            let content = Array(entry.token.content.utf8)
            guard entry.token.isNormalized else {
                raw.insert(content, index)
                continue
            }
            var text = content.withUnsafeBufferPointer { AlignedText($0) }
            for step in normalizer { step.apply(to: &text) }
            normalized.insert(text.bytes, index)
        }
    }

    /// The id of an added token.
    func id(of content: String) -> Int32? { indices[Term(content)].map { tokens[$0].id } }

    /// The added token with an id; of several the last.
    func token(of id: Int32) -> AddedToken? { tokens.last { $0.id == id }?.token }

    /// Whether no token is looked for in the text as it was given, or in the normalized one.
    func hasNone(inNormalizedText: Bool) -> Bool { inNormalizedText ? normalized.isEmpty : raw.isEmpty }

    /// Cuts a text at its added tokens.
    func split(_ text: inout AlignedText, isNormalized: Bool) {
        let matcher = isNormalized ? normalized : raw
        if matcher.isEmpty && !isNormalized { return }
        text.split { bytes, piece, result in
            appendCuts(of: bytes, in: piece.range, matcher, &result)
        }
    }

    /// Whether an added token stands in a text, which is as it was given or normalized.
    func occur(in bytes: UnsafeBufferPointer<UInt8>, isNormalized: Bool) -> Bool {
        let matcher = isNormalized ? normalized : raw
        if matcher.isEmpty { return false }
        return matcher.firstBytes.withUnsafeBufferPointer { firstBytes in
            for position in bytes.indices where firstBytes[Int(bytes[position])] {
                if matcher.match(bytes, at: position, before: bytes.count) != nil { return true }
            }
            return false
        }
    }

    /// The added tokens of a text as it was given, and what lies between them.
    func cuts(of text: UnsafeBufferPointer<UInt8>) -> [(range: Range<Int>, token: Int32)] {
        var result: [(range: Range<Int>, token: Int32)] = []
        appendCuts(of: text, in: 0..<text.count, raw, &result)
        return result
    }

    private func appendCuts(
        of bytes: UnsafeBufferPointer<UInt8>, in range: Range<Int>, _ matcher: Matcher,
        _ result: inout [(range: Range<Int>, token: Int32)]
    ) {
        let tables = CharacterTables.shared
        // Up to here all belongs to pieces.
        var done = range.lowerBound
        var position = range.lowerBound
        func has(_ flag: CharacterFlags, _ scalar: Unicode.Scalar) -> Bool {
            tables.flags(of: scalar.value).contains(flag)
        }
        while !matcher.isEmpty, position < range.upperBound {
            guard matcher.firstBytes[Int(bytes[position])],
                let match = matcher.match(bytes, at: position, before: range.upperBound)
            else {
                position += 1
                continue
            }
            var (start, end) = (position, match.end)
            position = match.end
            let (token, id) = tokens[match.index]
            if token.isSingleWord {
                let before =
                    start > range.lowerBound ? bytes.scalar(at: bytes.start(ofScalarBefore: start)).scalar : nil
                let after = end < range.upperBound ? bytes.scalar(at: end).scalar : nil
                if before.map({ has(.word, $0) }) == true || after.map({ has(.word, $0) }) == true { continue }
            }
            if token.stripsLeft {
                while start > done {
                    let before = bytes.start(ofScalarBefore: start)
                    guard has(.wordSpace, bytes.scalar(at: before).scalar) else { break }
                    start = before
                }
            }
            if token.stripsRight {
                while end < range.upperBound {
                    let (scalar, length) = bytes.scalar(at: end)
                    guard has(.wordSpace, scalar) else { break }
                    end += length
                }
            }
            if done < start { result.append((done..<start, -1)) }
            result.append((start..<end, id))
            done = end
        }
        if done < range.upperBound { result.append((done..<range.upperBound, -1)) }
    }
}
