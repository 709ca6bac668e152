/// What the reference's libraries say about characters: see `Scripts/references/tokenizer_tables.py`.
///
/// Neither Swift's nor ICU's properties are asked: each has its own version of Unicode, and so has each library that
/// the reference uses, and a character that one of them does not know becomes another token.
final class CharacterTables: Sendable {
    static let shared = CharacterTables()

    private let flagTable: ScalarTable
    /// Each scalar's ``WordClass``.
    let wordClasses: ScalarTable
    let lowercase: ScalarTexts
    let canonical: ScalarTexts
    /// Only where they differ from the canonical ones.
    let compatible: ScalarTexts
    /// Combining classes; ``isSecond`` is added where the scalar may be the second of a composition, ``changes`` where
    /// its composed form is another.
    private let classTable: ScalarTable
    private let compositions: [UInt64: UInt32]

    private static let isSecond: UInt16 = 0x100
    private static let changes: UInt16 = 0x200

    private init() {
        let runs = Self.runs(Self.flagRuns)
        flagTable = ScalarTable(runs: runs)
        wordClasses = ScalarTable(
            runs: runs.map { ($0.count, CharacterFlags(rawValue: $0.value).wordClass.rawValue) })
        lowercase = ScalarTexts(Self.lowercase)
        canonical = ScalarTexts(Self.canonical)
        compatible = ScalarTexts(Self.compatible)

        var compositions: [UInt64: UInt32] = [:]
        var marks: [UInt32: UInt16] = [:]
        var numbers = CodedNumbers(Self.compositions)
        var first: UInt32 = 0
        while !numbers.isAtEnd {
            first += UInt32(numbers.next())
            let second = UInt32(numbers.next())
            compositions[Self.pair(first, second)] = UInt32(numbers.next())
            marks[second] = Self.isSecond
        }
        self.compositions = compositions
        numbers = CodedNumbers(Self.combiningClasses)
        var mark: UInt32 = 0
        while !numbers.isAtEnd {
            mark += UInt32(numbers.next())
            marks[mark, default: 0] |= UInt16(numbers.next())
        }
        for scalar in canonical.keys {
            let parts = canonical[scalar]
            let isComposed =
                parts.count > 1
                && parts.dropFirst().reduce(parts.first) { whole, part in
                    whole.flatMap { compositions[Self.pair($0, part)] }
                } == scalar
            if !isComposed { marks[scalar, default: 0] |= Self.changes }
        }
        classTable = ScalarTable(entries: marks.keys.sorted().map { ($0, marks[$0] ?? 0) })
    }

    /// A number for each scalar's script; 0 where it has none.
    static let scripts = ScalarTable(runs: runs(scriptRuns))

    private static func runs(_ text: StaticString) -> [(count: Int, value: UInt16)] {
        var numbers = CodedNumbers(text)
        var result: [(count: Int, value: UInt16)] = []
        while !numbers.isAtEnd { result.append((numbers.next(), UInt16(truncatingIfNeeded: numbers.next()))) }
        return result
    }

    func flags(of scalar: UInt32) -> CharacterFlags { CharacterFlags(rawValue: flagTable[scalar]) }

    /// 0 for all that does not combine.
    func combiningClass(of scalar: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: classTable[scalar]) }

    /// Whether a text may have another composed form because of this scalar. Without any such, it is composed already.
    func mayCompose(_ scalar: UInt32) -> Bool {
        scalar >= 0x300 && (classTable[scalar] != 0 || HangulSyllables.isLater(scalar))
    }

    /// The one character that means the same as the two, if there is one.
    func composition(_ first: UInt32, _ second: UInt32) -> UInt32? {
        if let syllable = HangulSyllables.composition(first, second) { return syllable }
        guard classTable[second] & Self.isSecond != 0 else { return nil }
        return compositions[Self.pair(first, second)]
    }

    private static func pair(_ first: UInt32, _ second: UInt32) -> UInt64 { UInt64(first) << 32 | UInt64(second) }
}

/// Questions about a character that are answered by yes or no.
struct CharacterFlags: OptionSet {
    let rawValue: UInt16

    /// Removed where BERT cleans text: control characters, and what is not assigned or private.
    static let removedByCleaning = CharacterFlags(rawValue: 1 << 0)
    static let whitespace = CharacterFlags(rawValue: 1 << 1)
    static let punctuation = CharacterFlags(rawValue: 1 << 2)
    /// Nonspacing marks, as BERT strips them.
    static let nonspacingMark = CharacterFlags(rawValue: 1 << 3)
    /// All marks, as the normalizer StripAccents strips them.
    static let mark = CharacterFlags(rawValue: 1 << 4)
    /// `\p{L}`, `\p{N}` and `\s` of patterns.
    static let letter = CharacterFlags(rawValue: 1 << 5)
    static let number = CharacterFlags(rawValue: 1 << 6)
    static let patternSpace = CharacterFlags(rawValue: 1 << 7)
    /// `\w` of the pre-tokenizer Whitespace and of added tokens that must be single words.
    static let word = CharacterFlags(rawValue: 1 << 8)
    /// `\s` of the same.
    static let wordSpace = CharacterFlags(rawValue: 1 << 9)
    static let digit = CharacterFlags(rawValue: 1 << 10)
    /// `\w` of patterns.
    static let patternWord = CharacterFlags(rawValue: 1 << 11)
    // What decides where user-perceived characters end.
    /// Belongs to the character before it.
    static let joining = CharacterFlags(rawValue: 1 << 12)
    /// Belongs to the character after it.
    static let prepended = CharacterFlags(rawValue: 1 << 13)
    /// Stands alone.
    static let breaking = CharacterFlags(rawValue: 1 << 14)
    static let pictographic = CharacterFlags(rawValue: 1 << 15)

    var wordClass: WordClass {
        if contains(.letter) { return .letter }
        if contains(.number) { return .number }
        return contains(.patternSpace) ? .space : .other
    }
}

/// For some scalars a few scalars each.
final class ScalarTexts: Sendable {
    private let indices: ScalarTable
    /// The scalars that have a text, in order.
    let keys: [UInt32]
    /// Where the text of an index starts; text 0 is that of all scalars without one.
    private let starts: [Int]
    private let scalars: [UInt32]

    fileprivate init(_ text: StaticString) {
        var numbers = CodedNumbers(text)
        var entries: [(scalar: UInt32, value: UInt16)] = []
        var (starts, scalars): ([Int], [UInt32]) = ([0, 0], [])
        var key = 0
        while !numbers.isAtEnd {
            key += numbers.next()
            entries.append((UInt32(key), UInt16(starts.count - 1)))
            for _ in 0..<numbers.next() {
                let coded = numbers.next()
                scalars.append(UInt32(coded & 1 == 0 ? key + coded >> 1 : key - (coded + 1) >> 1))
            }
            starts.append(scalars.count)
        }
        indices = ScalarTable(entries: entries)
        keys = entries.map(\.scalar)
        self.starts = starts
        self.scalars = scalars
    }

    /// The text of `scalar`; empty where it has none.
    subscript(scalar: UInt32) -> ArraySlice<UInt32> {
        let index = Int(indices[scalar])
        return scalars[starts[index]..<starts[index + 1]]
    }
}

/// The numbers in a text that the script wrote.
private struct CodedNumbers {
    private var rest: UnsafeBufferPointer<UInt8>.Iterator
    private var following: UInt8?

    init(_ text: StaticString) {
        rest = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount).makeIterator()
        following = rest.next()
    }

    var isAtEnd: Bool { following == nil }

    mutating func next() -> Int {
        var (number, shift) = (0, 0)
        while let code = following {
            following = rest.next()
            let digit = code == UInt8(ascii: "~") ? 0x5C - 0x23 : Int(code) - 0x23
            number |= (digit & 31) << shift
            shift += 5
            if digit & 32 == 0 { break }
        }
        return number
    }
}

/// Korean syllables, which are composed by arithmetic.
///
/// - Reference: The Unicode Standard, section 3.12.
enum HangulSyllables {
    private static let (first, leading, vowel, trailing): (UInt32, UInt32, UInt32, UInt32) = (
        0xAC00, 0x1100, 0x1161, 0x11A7
    )
    private static let (leadingCount, vowelCount, trailingCount): (UInt32, UInt32, UInt32) = (19, 21, 28)

    /// Calls `body` with the two or three letters of a syllable; `false` for what is none.
    static func decompose(_ scalar: UInt32, _ body: (UInt32) -> Void) -> Bool {
        let index = scalar &- first
        guard index < leadingCount * vowelCount * trailingCount else { return false }
        body(leading + index / (vowelCount * trailingCount))
        body(vowel + index / trailingCount % vowelCount)
        if index % trailingCount > 0 { body(trailing + index % trailingCount) }
        return true
    }

    /// Whether two scalars are letters or syllables of one syllable block.
    static func join(_ a: UInt32, _ b: UInt32) -> Bool {
        func isLeading(_ c: UInt32) -> Bool { (0x1100...0x115F).contains(c) || (0xA960...0xA97C).contains(c) }
        func isVowel(_ c: UInt32) -> Bool { (0x1160...0x11A7).contains(c) || (0xD7B0...0xD7C6).contains(c) }
        func isTrailing(_ c: UInt32) -> Bool { (0x11A8...0x11FF).contains(c) || (0xD7CB...0xD7FB).contains(c) }
        let index = a &- first
        let isSyllable = index < leadingCount * vowelCount * trailingCount
        let isOpen = isSyllable && index % trailingCount == 0
        if isLeading(a) { return isLeading(b) || isVowel(b) || b &- first < leadingCount * vowelCount * trailingCount }
        if isOpen || isVowel(a) { return isVowel(b) || isTrailing(b) }
        return (isSyllable || isTrailing(a)) && isTrailing(b)
    }

    /// Whether the scalar is a letter that joins those before it.
    static func isLater(_ scalar: UInt32) -> Bool {
        scalar &- vowel < vowelCount || (scalar > trailing && scalar &- trailing < trailingCount)
    }

    static func composition(_ a: UInt32, _ b: UInt32) -> UInt32? {
        if a &- leading < leadingCount, b &- vowel < vowelCount {
            return first + ((a - leading) * vowelCount + (b - vowel)) * trailingCount
        }
        let index = a &- first
        if index < leadingCount * vowelCount * trailingCount, index % trailingCount == 0, b > trailing,
            b &- trailing < trailingCount
        {
            return a + (b - trailing)
        }
        return nil
    }
}
