import Tensor

extension NormalizerStep {
    private static let known = [
        "BertNormalizer", "ByteLevel", "Lowercase", "NFC", "NFD", "NFKC", "NFKD", "Nmt", "Prepend", "Replace",
        "Sequence",
        "Strip", "StripAccents",
    ]

    init(_ reader: ComponentReader) throws(LanguageError) {
        switch reader.kind {
        case "BertNormalizer":
            let lowercases = try reader.boolean("lowercase")
            self = .bert(
                BertCleaning(
                    cleansText: try reader.boolean("clean_text"),
                    separatesIdeographs: try reader.boolean("handle_chinese_chars"),
                    stripsAccents: try reader.boolean("strip_accents", default: lowercases), lowercases: lowercases))
        case "ByteLevel": self = .byteLevel
        case "Lowercase": self = .lowercase
        case "NFC": self = .form(.nfc)
        case "NFD": self = .form(.nfd)
        case "NFKC": self = .form(.nfkc)
        case "NFKD": self = .form(.nfkd)
        case "Nmt": self = .nmt
        case "Precompiled":
            guard let map = Base64.decode(try reader.string("precompiled_charsmap")).flatMap({ PrecompiledMap($0) })
            else { throw reader.problem("'precompiled_charsmap' is damaged") }
            self = .precompiled(map)
        case "Prepend": self = .prepend(try reader.scalars("prepend"))
        case "Replace": self = .replace(try reader.pattern("pattern"), with: try reader.scalars("content"))
        case "Strip": self = .strip(left: try reader.boolean("strip_left"), right: try reader.boolean("strip_right"))
        case "StripAccents": self = .stripAccents
        default: throw reader.unknownKind(known: Self.known)
        }
    }
}

extension ComponentReader {
    /// What is searched for: `{"String": …}` or `{"Regex": …}`.
    func pattern(_ key: String) throws(LanguageError) -> TextPattern {
        if case .string(let literal)? = value[key]?["String"] { return .literal(Array(literal.utf8)) }
        guard case .string(let source)? = value[key]?["Regex"] else {
            throw problem("\(quoted(key)) must be a String or a Regex")
        }
        if let pattern = TextPattern(regularExpression: source) { return pattern }
        throw problem("the regular expression \(quoted(source)) is not known")
    }
}
