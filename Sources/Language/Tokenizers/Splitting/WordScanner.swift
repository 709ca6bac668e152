/// What the words of byte-level vocabularies are made of.
enum WordClass: UInt16 {
    case other, letter, number, space
}

/// Finds the words of the regular expressions of byte-level vocabularies.
struct WordScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    private let classes = CharacterTables.shared.wordClasses

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// The class of the scalar at `position`, and its length in bytes.
    @inline(__always)
    private func classified(at position: Int) -> (wordClass: UInt16, length: Int) {
        let byte = bytes[position]
        if byte < 0x80 { return (classes[UInt32(byte)], 1) }
        let (scalar, length) = bytes.scalar(at: position)
        return (classes[scalar.value], length)
    }

    /// Where the run of one class that starts at `start` ends.
    @inline(__always)
    func end(of wordClass: WordClass, from start: Int) -> Int {
        var position = start
        while position < bytes.count {
            let (found, length) = classified(at: position)
            if found != wordClass.rawValue { break }
            position += length
        }
        return position
    }

    /// Where one of `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll`, `'d` ends that stands at `start`; else `start`.
    @inline(__always)
    private func endOfContraction(at start: Int) -> Int {
        guard bytes[start] == UInt8(ascii: "'"), start + 1 < bytes.count else { return start }
        let second = start + 2 < bytes.count ? bytes[start + 2] : 0
        switch bytes[start + 1] {
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
        let first = bytes[start] == UInt8(ascii: " ") && start + 1 < bytes.count ? start + 1 : start
        let (wordClass, length) = classified(at: first)
        switch WordClass(rawValue: wordClass) {
        case .letter: return end(of: .letter, from: first + length)
        case .number: return end(of: .number, from: first + length)
        case .space: break
        default: return end(of: .other, from: first + length)
        }
        // All white space but the last, which belongs to the next word or stands alone.
        let end = end(of: .space, from: start)
        if end == bytes.count { return end }
        let last = bytes.start(ofScalarBefore: end)
        return last > start ? last : end
    }

    /// Where the word of CLIP's expression ends that starts at `start`; `start` itself at white space.
    func endOfCLIPWord(at start: Int) -> Int {
        let contraction = endOfContraction(at: start)
        if contraction > start { return contraction }
        let (wordClass, length) = classified(at: start)
        switch WordClass(rawValue: wordClass) {
        case .space: return start
        case .number: return start + length
        case .letter: return end(of: .letter, from: start + length)
        default: return end(of: .other, from: start + length)
        }
    }

    /// Where one of CLIP's two special tokens ends that stands at `start`, as newer versions of its expression have
    /// them; else `start`.
    func endOfCLIPToken(at start: Int) -> Int {
        guard bytes[start] == UInt8(ascii: "<") else { return start }
        let rest = bytes[start...]
        if rest.starts(with: "<|startoftext|>".utf8) { return start + 15 }
        if rest.starts(with: "<|endoftext|>".utf8) { return start + 13 }
        return start
    }
}
