/// What the words of byte-level vocabularies are made of.
enum WordClass: UInt8 {
    case letter, number, space, other

    private static let ascii: [WordClass] = (0..<128).map { asked($0) }

    static func of(_ scalar: UInt32) -> WordClass {
        scalar < 128 ? ascii[Int(scalar)] : asked(scalar)
    }

    private static func asked(_ scalar: UInt32) -> WordClass {
        let flags = CharacterTables.shared.flags(of: scalar)
        if flags.contains(.letter) { return .letter }
        if flags.contains(.number) { return .number }
        return flags.contains(.patternSpace) ? .space : .other
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Where the run of one class that starts at `start` ends.
    func end(of wordClass: WordClass, from start: Int) -> Int {
        var position = start
        while position < count {
            let (scalar, length) = scalar(at: position)
            if WordClass.of(scalar.value) != wordClass { break }
            position += length
        }
        return position
    }

    /// Where one of `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll`, `'d` ends that stands at `start`; else `start`.
    func endOfContraction(at start: Int) -> Int {
        guard self[start] == UInt8(ascii: "'"), start + 1 < count else { return start }
        let second = start + 2 < count ? self[start + 2] : 0
        switch self[start + 1] {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return start + 2
        case UInt8(ascii: "r") where second == UInt8(ascii: "e"): return start + 3
        case UInt8(ascii: "v") where second == UInt8(ascii: "e"): return start + 3
        case UInt8(ascii: "l") where second == UInt8(ascii: "l"): return start + 3
        default: return start
        }
    }

    /// Where the word of GPT-2's expression ends that starts at `start`; the words cover every text.
    func endOfByteLevelWord(at start: Int) -> Int {
        let contraction = endOfContraction(at: start)
        if contraction > start { return contraction }
        // One space may come before the word.
        let first = self[start] == UInt8(ascii: " ") && start + 1 < count ? start + 1 : start
        let wordClass = WordClass.of(scalar(at: first).scalar.value)
        if wordClass != .space { return end(of: wordClass, from: first) }
        // All white space but the last, which belongs to the next word or stands alone.
        let end = end(of: .space, from: start)
        if end == count { return end }
        let last = self.start(ofScalarBefore: end)
        return last > start ? last : end
    }

    /// Where the word of CLIP's expression ends that starts at `start`; `start` itself at white space.
    func endOfCLIPWord(at start: Int, tokens: Bool) -> Int {
        if tokens, self[start] == UInt8(ascii: "<") {
            for token in Self.clipTokens where self[start...].starts(with: token.utf8) {
                return start + token.utf8.count
            }
        }
        let contraction = endOfContraction(at: start)
        if contraction > start { return contraction }
        let (scalar, length) = scalar(at: start)
        switch WordClass.of(scalar.value) {
        case .space: return start
        case .number: return start + length
        case .letter: return end(of: .letter, from: start)
        case .other: return end(of: .other, from: start)
        }
    }

    private static var clipTokens: [String] { ["<|startoftext|>", "<|endoftext|>"] }
}
