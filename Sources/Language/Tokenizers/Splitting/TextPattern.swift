/// What a text is searched for: a literal, or a regular expression. Those that most tokenizers are published with have
/// scanners of their own.
enum TextPattern: Sendable, Hashable {
    case literal([UInt8])
    /// `\s+` and `\s`.
    case spaces(runs: Bool)
    /// ` {2,}`, spaces in the narrow sense.
    case repeatedBlanks
    case byteLevel
    case clip(tokens: Bool)
    case expression(RegularExpression)

    /// The regular expressions with scanners.
    private static let known: [(source: String, pattern: TextPattern)] = [
        (#"\s+"#, .spaces(runs: true)),
        (#"\s"#, .spaces(runs: false)),
        (" {2,}", .repeatedBlanks),
        (#"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#, .byteLevel),
        (#"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"#, .clip(tokens: false)),
        (
            #"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"#,
            .clip(tokens: true)
        ),
    ]

    /// The pattern for a regular expression; `nil` where it is of a kind that is not known.
    init?(regularExpression source: String) {
        if let entry = Self.known.first(where: { $0.source == source }) {
            self = entry.pattern
        } else if let expression = RegularExpression(source) {
            self = .expression(expression)
        } else {
            return nil
        }
    }

    /// The matches in a part of a text; what lies outside is not seen.
    func matcher(_ bytes: UnsafeBufferPointer<UInt8>, in range: Range<Int>) -> PatternMatcher {
        PatternMatcher(pattern: self, bytes: UnsafeBufferPointer(rebasing: bytes[range]), offset: range.lowerBound)
    }
}

/// Finds one match after another, leftmost first; none overlap.
struct PatternMatcher {
    fileprivate let pattern: TextPattern
    fileprivate let bytes: UnsafeBufferPointer<UInt8>
    private let scanner: WordScanner
    fileprivate let offset: Int
    private var position = 0

    fileprivate init(pattern: TextPattern, bytes: UnsafeBufferPointer<UInt8>, offset: Int) {
        self.pattern = pattern
        self.bytes = bytes
        scanner = WordScanner(bytes)
        self.offset = offset
    }

    /// The next match, as a range of the whole text.
    mutating func next() -> Range<Int>? {
        while position < bytes.count {
            let start = position
            let end = end(at: start)
            if end > start {
                position = end
                return offset + start..<offset + end
            }
            position += bytes.scalar(at: start).length
        }
        return nil
    }

    /// Where the match that starts at `start` ends; `start` itself where there is none.
    private func end(at start: Int) -> Int {
        switch pattern {
        case .literal(let literal):
            guard !literal.isEmpty, bytes[start...].starts(with: literal) else { return start }
            return start + literal.count
        case .spaces(let runs):
            let end = scanner.end(of: .space, from: start)
            return runs || end == start ? end : start + bytes.scalar(at: start).length
        case .repeatedBlanks:
            let end = bytes[start...].firstIndex { $0 != UInt8(ascii: " ") } ?? bytes.count
            return end - start >= 2 ? end : start
        case .expression(let expression): return expression.end(in: bytes, from: start)
        case .byteLevel: return scanner.endOfByteLevelWord(at: start)
        case .clip(let tokens):
            let end = tokens ? scanner.endOfCLIPToken(at: start) : start
            return end > start ? end : scanner.endOfCLIPWord(at: start)
        }
    }
}
