extension TextAnalyzer {
    func words(in text: String, breaker: WordBreaker) -> [String] {
        let text = stripsMarkup ? Markup.stripped(text) : text
        var words: [String] = []
        var joints: [Joint] = []
        text.withContiguousUTF8 { utf8 in collect(from: utf8, breaker: breaker, into: &words, &joints) }
        return wordsPerTerm == 1...1 ? words : terms(of: words, joints)
    }

    /// What stands between a word and the one before it.
    private enum Joint { case nothing, space, gap }

    private func collect(
        from utf8: UnsafeBufferPointer<UInt8>, breaker: WordBreaker, into words: inout [String], _ joints: inout [Joint]
    ) {
        var segmenter = segmenter
        segmenter.keepsEmoji = emoji != .drop
        var previousEnd: Int?
        segmenter.forEachToken(in: utf8, breaker: breaker) { token in
            let count = words.count
            switch token.kind {
            case .word, .number:
                if let word = word(from: normalizer.normalized(utf8, in: token.range)) { words.append(word) }
            case .emoji where emoji == .names:
                let name = EmojiNames.name(of: utf8.text(in: token.range))
                words += name.split(separator: " ").compactMap { word(from: String($0)) }
            case .emoji:
                words.append(Emoji.plain(utf8.text(in: token.range)))
            }
            guard words.count > count else { return previousEnd = nil }
            if token.kind == .emoji {
                joints += Array(repeating: .gap, count: words.count - count)
                previousEnd = nil
            } else {
                joints.append(previousEnd.map { joint(of: utf8[$0..<token.range.lowerBound]) } ?? .gap)
                previousEnd = token.range.upperBound
            }
        }
    }

    private func joint(of between: Slice<UnsafeBufferPointer<UInt8>>) -> Joint {
        if between.isEmpty { return .nothing }
        return between.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "-") } ? .space : .gap
    }

    /// The form in which a normalized word counts; `nil` when it is left out.
    private func word(from normalized: String) -> String? {
        var word = normalized
        if word.utf8.contains(where: { $0 == 0xE2 || $0 == UInt8(ascii: "'") }) {
            var scalars = String.UnicodeScalarView()
            scalars.append(contentsOf: word.unicodeScalars.lazy.map { $0 == "\u{2019}" ? "'" : $0 })
            word = String(scalars)
            if stopWords.contains(word) { return nil }
            if word.hasSuffix("'s") { word.unicodeScalars.removeLast(2) }
        }
        if stopWords.contains(word) || !isLongEnough(word) { return nil }
        return stemming.stem(word)
    }

    private func isLongEnough(_ word: String) -> Bool {
        var length = 0
        for scalar in word.unicodeScalars {
            let countsTwice = scalar.value > 0x7F && (scalar.properties.isIdeographic || Self.hangul.contains(scalar))
            length += countsTwice ? 2 : 1
            if length >= minimumLength { return !word.isEmpty }
        }
        return false
    }

    private static let hangul: ClosedRange<Unicode.Scalar> = "\u{AC00}"..."\u{D7A3}"

    private func terms(of words: [String], _ joints: [Joint]) -> [String] {
        var result: [String] = []
        for size in wordsPerTerm where size >= 1 && size <= words.count {
            for start in 0...words.count - size {
                if joints[start + 1..<start + size].contains(.gap) { continue }
                var term = words[start]
                for index in start + 1..<start + size { term += (joints[index] == .space ? " " : "") + words[index] }
                result.append(term)
            }
        }
        return result
    }
}
