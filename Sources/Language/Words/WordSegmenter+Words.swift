extension WordSegmenter {
    /// Calls `body` with the words of one segment that holds a letter, digit or ideograph.
    func forEachWord(of segment: Range<Int>, in utf8: UnsafeBufferPointer<UInt8>, _ body: (Token) -> Void) {
        if Emoji.isKeycap(utf8, in: segment) {
            if keepsEmoji { body(Token(range: segment, kind: .emoji)) }
            return
        }
        var start = segment.lowerBound
        var cut = start
        let isAbbreviation = Self.isAbbreviation(utf8, segment)
        func emit(upTo end: Int) {
            let word = Self.trimmed(start..<end, in: utf8)
            start = end + 1
            if word.isEmpty { return }
            let isNumber = !Self.hasLetter(utf8, in: word)
            if isNumber && !keepsNumbers { return }
            body(Token(range: word, kind: isNumber ? .number : .word))
        }
        while cut < segment.upperBound {
            if utf8[cut] == UInt8(ascii: "@")
                || Self.isStop(utf8[cut]) && !isAbbreviation && !Self.standsBetweenDigits(cut, of: utf8, in: segment)
            {
                emit(upTo: cut)
            }
            cut += 1
        }
        emit(upTo: segment.upperBound)
    }

    private static func isStop(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":") }

    private static func standsBetweenDigits(
        _ position: Int, of utf8: UnsafeBufferPointer<UInt8>, in segment: Range<Int>
    ) -> Bool {
        position > segment.lowerBound && position + 1 < segment.upperBound && utf8[position - 1].isASCIIDigit
            && utf8[position + 1].isASCIIDigit
    }

    /// Whether the segment is single ASCII letters parted by full stops.
    private static func isAbbreviation(_ utf8: UnsafeBufferPointer<UInt8>, _ segment: Range<Int>) -> Bool {
        guard segment.count >= 3, segment.count % 2 == 1 else { return false }
        return segment.allSatisfy { position in
            (position - segment.lowerBound) % 2 == 0
                ? utf8[position].isASCIILetter : utf8[position] == UInt8(ascii: ".")
        }
    }

    /// The range without underscores at its ends, which are emphasis and not part of the word.
    private static func trimmed(_ range: Range<Int>, in utf8: UnsafeBufferPointer<UInt8>) -> Range<Int> {
        var range = range
        while !range.isEmpty && utf8[range.lowerBound] == UInt8(ascii: "_") { range = range.dropFirst() }
        while !range.isEmpty && utf8[range.upperBound - 1] == UInt8(ascii: "_") { range = range.dropLast() }
        return range
    }

    private static func hasLetter(_ utf8: UnsafeBufferPointer<UInt8>, in range: Range<Int>) -> Bool {
        var position = range.lowerBound
        while position < range.upperBound {
            if utf8[position] < 0x80 {
                if utf8[position].isASCIILetter { return true }
                position += 1
            } else {
                let (scalar, length) = utf8.scalar(at: position)
                if scalar.properties.isAlphabetic { return true }
                position += length
            }
        }
        return false
    }
}
