/// One step of a tokenizer's pre-tokenizer; a whole pre-tokenizer is a list of them.
enum SplittingStep: Sendable {
    /// Between white space, and each punctuation mark by itself.
    case bert
    case whitespace
    /// Runs of word characters and runs of others.
    case words
    case punctuation(SplitBehavior)
    case digits(individual: Bool)
    case delimiter(UInt32)
    case pattern(TextPattern, SplitBehavior, inverted: Bool)
    case byteLevel(ByteLevelSplitting)
    case metaspace(Metaspace)
    case scripts
    case fixedLength(Int)

    func apply(to text: inout AlignedText) {
        let tables = CharacterTables.shared
        switch self {
        case .bert:
            text.split(where: { tables.flags(of: $0).contains(.whitespace) }, .removed)
            text.split(where: { tables.flags(of: $0).contains(.punctuation) }, .isolated)
        case .whitespace: text.split(where: { tables.flags(of: $0).contains(.whitespace) }, .removed)
        case .words: text.splitIntoWords()
        case .punctuation(let behavior):
            text.split(where: { tables.flags(of: $0).contains(.punctuation) }, behavior)
        case .digits(let individual):
            text.split(where: { tables.flags(of: $0).contains(.digit) }, individual ? .isolated : .contiguous)
        case .delimiter(let delimiter): text.split(where: { $0 == delimiter }, .removed)
        case .pattern(let pattern, let behavior, let inverted): text.split(at: pattern, behavior, inverted: inverted)
        case .byteLevel(let splitting): splitting.apply(to: &text)
        case .metaspace(let metaspace): metaspace.apply(to: &text)
        case .scripts: text.splitByScripts()
        case .fixedLength(let length): text.split(every: length)
        }
    }
}

/// GPT-2's pre-tokenizer: words by its expression, written in byte characters.
struct ByteLevelSplitting: Sendable, Hashable {
    var addsPrefixSpace: Bool
    var usesPattern: Bool

    func apply(to text: inout AlignedText) {
        if addsPrefixSpace {
            text.rewrite { _, scalars, result in
                guard scalars.first != 0x20 else { return false }
                result.prepend([0x20], before: scalars)
                return true
            }
        }
        if usesPattern { text.split(at: .byteLevel, .isolated, inverted: false) }
        text.dropEmptyPieces()
        text.mapBytesToCharacters()
    }
}

/// SentencePiece's pre-tokenizer: spaces become a visible character, which begins each word.
struct Metaspace: Sendable, Hashable {
    enum Prefix: String, Sendable, Hashable, CaseIterable {
        case first, never, always
    }

    var replacement: UInt32
    var prefix: Prefix
    var splits: Bool

    func apply(to text: inout AlignedText) {
        text.rewrite { piece, scalars, result in
            let needsPrefix =
                switch prefix {
                case .never: false
                case .always: true
                case .first: piece.origin == 0
                }
            let replaced = scalars.map { $0 == 0x20 ? replacement : $0 }
            if needsPrefix, replaced.first != replacement {
                result.prepend([replacement], before: replaced)
            } else {
                for scalar in replaced { result.append(scalar) }
            }
            return true
        }
        if splits { text.split(where: { $0 == replacement }, .mergedWithNext) }
        text.dropEmptyPieces()
    }
}
