extension SplittingStep {
    private static let known = [
        "BertPreTokenizer", "ByteLevel", "CharDelimiterSplit", "Digits", "FixedLength", "Metaspace", "Punctuation",
        "Sequence", "Split", "UnicodeScripts", "Whitespace", "WhitespaceSplit",
    ]

    init(_ reader: ComponentReader) throws(LanguageError) {
        switch reader.kind {
        case "BertPreTokenizer": self = .bert
        case "ByteLevel":
            self = .byteLevel(
                ByteLevelSplitting(
                    addsPrefixSpace: try reader.boolean("add_prefix_space"),
                    usesPattern: try reader.boolean("use_regex", default: true)))
        case "CharDelimiterSplit": self = .delimiter(try reader.scalar("delimiter"))
        case "Digits": self = .digits(individual: try reader.boolean("individual_digits"))
        case "FixedLength":
            let length = try reader.integer("length", default: 5)
            guard length > 0 else { throw reader.problem("'length' must be at least 1") }
            self = .fixedLength(length)
        case "Metaspace": self = .metaspace(try Metaspace(reader))
        case "Punctuation": self = .punctuation(try reader.choice("behavior", default: SplitBehavior.isolated))
        case "Split":
            self = .pattern(
                try reader.pattern("pattern"), try reader.choice("behavior"), inverted: try reader.boolean("invert"))
        case "UnicodeScripts": self = .scripts
        case "Whitespace": self = .words
        case "WhitespaceSplit": self = .whitespace
        default: throw reader.unknownKind(known: Self.known)
        }
    }
}

extension Metaspace {
    init(_ reader: ComponentReader) throws(LanguageError) {
        replacement = try reader.scalar("replacement")
        prefix = try reader.choice("prepend_scheme", default: .always)
        // What older files say instead.
        if try !reader.boolean("add_prefix_space", default: true) {
            guard prefix == .never || reader.value["prepend_scheme"] == nil else {
                throw reader.problem("'add_prefix_space' contradicts 'prepend_scheme'")
            }
            prefix = .never
        }
        splits = try reader.boolean("split", default: true)
    }
}
