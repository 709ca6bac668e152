/// What a regular expression is made of.
indirect enum ExpressionNode: Sendable, Hashable {
    case set(ScalarSet)
    case sequence([ExpressionNode])
    case choice([ExpressionNode])
    /// `most` is `nil` for any number.
    case repetition(ExpressionNode, least: Int, most: Int?, isGreedy: Bool)
    /// Whether the next scalar is in the set; the end of the text counts as none.
    case ahead(ScalarSet, isWanted: Bool)

    /// The least number of scalars that match.
    var leastLength: Int {
        switch self {
        case .set: 1
        case .sequence(let parts): parts.reduce(0) { $0 + $1.leastLength }
        case .choice(let parts): parts.map(\.leastLength).min() ?? 0
        case .repetition(let part, let least, _, _): min(least, 1) * part.leastLength
        case .ahead: 0
        }
    }
}

/// Reads the part of regular expressions that tokenizers are written with: alternatives, groups, classes, `\p{L}`,
/// `\p{N}`, `\s`, `\w`, counts, and looking ahead by one character. Whatever else there is makes it give up.
struct ExpressionParser {
    private let source: [UInt32]
    private var position = 0
    private var depth = 0
    private var ignoresCase = false

    /// Groups may be nested this deep.
    private static let deepest = 12
    private static let largestCount = 100

    private init(_ source: String) { self.source = source.unicodeScalars.map(\.value) }

    /// The expression's parts; `nil` where it is not of the kind.
    static func parse(_ source: String) -> ExpressionNode? {
        var parser = ExpressionParser(source)
        guard let node = parser.choice(), parser.position == parser.source.count else { return nil }
        return node
    }

    private var next: Unicode.Scalar? { position < source.count ? Unicode.Scalar(source[position]) : nil }

    private mutating func accept(_ text: StaticString) -> Bool {
        let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard source[position...].starts(with: wanted, by: { $0 == UInt32($1) }) else { return false }
        position += wanted.count
        return true
    }

    private mutating func choice() -> ExpressionNode? {
        var parts: [ExpressionNode] = []
        repeat {
            guard let part = sequence() else { return nil }
            parts.append(part)
        } while accept("|")
        return parts.count == 1 ? parts[0] : .choice(parts)
    }

    private mutating func sequence() -> ExpressionNode? {
        var parts: [ExpressionNode] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            guard let atom = atom(), let part = repeated(atom) else { return nil }
            parts.append(part)
        }
        return .sequence(parts)
    }

    private mutating func repeated(_ atom: ExpressionNode) -> ExpressionNode? {
        let least: Int
        let most: Int?
        if accept("?") {
            (least, most) = (0, 1)
        } else if accept("*") {
            (least, most) = (0, nil)
        } else if accept("+") {
            (least, most) = (1, nil)
        } else if accept("{") {
            guard let first = number() else { return nil }
            least = first
            if accept("}") {
                most = first
            } else {
                guard accept(",") else { return nil }
                let second = number()
                guard accept("}"), second ?? least >= least else { return nil }
                most = second
            }
        } else {
            return atom
        }
        // A repetition that is never taken back means another thing, and so does one of what only looks.
        if next == "+" || next == "*" || next == "{" { return nil }
        if case .ahead = atom { return nil }
        let isGreedy = !accept("?")
        if next == "?" { return nil }
        return .repetition(atom, least: least, most: most, isGreedy: isGreedy)
    }

    private mutating func number() -> Int? {
        var result: Int?
        while let scalar = next, scalar.isASCII, UInt8(scalar.value).isASCIIDigit {
            let number = (result ?? 0) * 10 + Int(scalar.value - 0x30)
            guard number <= Self.largestCount else { return nil }
            result = number
            position += 1
        }
        return result
    }

    private mutating func atom() -> ExpressionNode? {
        guard let scalar = next else { return nil }
        switch scalar {
        case "(": return group()
        case "[": return bracket().map { .set($0) }
        case "\\":
            guard var set = escape() else { return nil }
            if ignoresCase { set.ignoreCase() }
            return .set(set)
        case "^", "$", ".", "*", "+", "?", "{", "}", "]", ")": return nil
        default:
            position += 1
            var set = ScalarSet.scalar(scalar.value)
            if ignoresCase { set.ignoreCase() }
            return .set(set)
        }
    }

    private mutating func group() -> ExpressionNode? {
        guard depth < Self.deepest else { return nil }
        depth += 1
        defer { depth -= 1 }
        if accept("(?!") { return lookAhead(isWanted: false) }
        if accept("(?=") { return lookAhead(isWanted: true) }
        let before = ignoresCase
        defer { ignoresCase = before }
        if accept("(?i:") {
            ignoresCase = true
        } else if !accept("(?:") {
            guard accept("("), next != "?" else { return nil }
        }
        guard let content = choice(), accept(")") else { return nil }
        return content
    }

    private mutating func lookAhead(isWanted: Bool) -> ExpressionNode? {
        guard case .set(let set)? = atom(), accept(")") else { return nil }
        return .ahead(set, isWanted: isWanted)
    }

    // MARK: Sets

    private mutating func bracket() -> ScalarSet? {
        guard accept("[") else { return nil }
        var set = ScalarSet()
        set.isNegated = accept("^")
        while let scalar = next, scalar != "]" {
            // Sets inside sets, and what both have.
            if scalar == "[" || scalar == "&" && position + 1 < source.count && source[position + 1] == scalar.value {
                return nil
            }
            guard let first = member() else { return nil }
            if next == "-", position + 1 < source.count, source[position + 1] != 0x5D {
                position += 1
                guard let last = member(), let low = first.single, let high = last.single, low <= high else {
                    return nil
                }
                set.ranges.append(low...high)
            } else {
                set.ranges += first.ranges
                set.flags += first.flags
                set.missingFlags += first.missingFlags
            }
        }
        guard accept("]"), !set.ranges.isEmpty || !set.flags.isEmpty || !set.missingFlags.isEmpty else { return nil }
        if ignoresCase { set.ignoreCase() }
        return set
    }

    private mutating func member() -> ScalarSet? {
        if next == "\\" { return escape() }
        guard let scalar = next else { return nil }
        position += 1
        return .scalar(scalar.value)
    }

    private mutating func escape() -> ScalarSet? {
        position += 1
        guard let scalar = next else { return nil }
        position += 1
        func with(_ flag: CharacterFlags) -> ScalarSet { ScalarSet(flags: [flag.rawValue]) }
        func without(_ flag: CharacterFlags) -> ScalarSet { ScalarSet(missingFlags: [flag.rawValue]) }
        switch scalar {
        case "s": return with(.patternSpace)
        case "S": return without(.patternSpace)
        case "w": return with(.patternWord)
        case "W": return without(.patternWord)
        case "n": return .scalar(0x0A)
        case "r": return .scalar(0x0D)
        case "t": return .scalar(0x09)
        case "p" where accept("{L}"): return with(.letter)
        case "p" where accept("{N}"): return with(.number)
        case "P" where accept("{L}"): return without(.letter)
        case "P" where accept("{N}"): return without(.number)
        default:
            // Marks that would mean something stand for themselves.
            guard scalar.isASCII, CharacterTables.shared.flags(of: scalar.value).contains(.punctuation) else {
                return nil
            }
            return .scalar(scalar.value)
        }
    }
}

extension ScalarSet {
    /// The only scalar of a set that has been written as one.
    fileprivate var single: UInt32? {
        flags.isEmpty && missingFlags.isEmpty && ranges.count == 1 && ranges[0].count == 1 ? ranges[0].lowerBound : nil
    }
}
