import Tensor

/// What a tokenizer's files say.
struct TokenizerDescription: Sendable {
    var addedTokens: [AddedToken] = []
    var normalizer: [NormalizerStep] = []
    var splitting: [SplittingStep] = []
    var model: TokenModel
    var processing: [ProcessingStep] = []
    var truncation = Truncation()
    var maximumLength: Int?
    var padding: TokenPadding?

    init(model: TokenModel) { self.model = model }

    /// How deep values may be nested in a tokenizer's files.
    static let deepest = 64

    /// Reads a `tokenizer.json`, in one pass.
    init(json file: FileBytes) throws(LanguageError) {
        var parts: [String: JSONValue] = [:]
        var model: TokenModelReader?
        try TokenizerFiles.reading(file) { reader throws(JSONReader.Problem) in
            guard try reader.next() == .objectStart else { throw reader.problem("an object is expected") }
            while case .key(let key)? = try reader.next() {
                if key == "model" {
                    model = try TokenModelReader(&reader, path: file.path)
                } else {
                    // What is not known is read over; the last of several counts, as in the reference.
                    parts[key] = try JSONValue(try reader.next(), &reader)
                }
            }
            _ = try reader.next()
        }
        func part(_ key: String) -> ComponentReader {
            ComponentReader(path: file.path, role: key, value: parts[key] ?? .null)
        }
        if let version = parts["version"] {
            guard case .string("1.0") = version else {
                throw .format(path: file.path, reason: "'version' must be \"1.0\"")
            }
        }
        guard let model else { throw .format(path: file.path, reason: "'model' is missing") }
        self.model = try model.model()
        for step in try part("normalizer").steps(in: "normalizers") { normalizer.append(try NormalizerStep(step)) }
        for step in try part("pre_tokenizer").steps(in: "pretokenizers") { splitting.append(try SplittingStep(step)) }
        processing = try ProcessingStep.steps(part("post_processor"))
        if let tokens = parts["added_tokens"], tokens != .null {
            for value in try ComponentReader(
                path: file.path, role: "tokenizer", value: .object([JSONValue.Member("added_tokens", tokens)])
            )
            .array("added_tokens") {
                addedTokens.append(
                    try AddedToken(ComponentReader(path: file.path, role: "added_tokens", value: value)))
            }
        }
        try readLimits(part("truncation"), part("padding"))
    }

    private mutating func readLimits(
        _ truncation: ComponentReader, _ padding: ComponentReader
    ) throws(LanguageError) {
        if truncation.value != .null {
            maximumLength = try truncation.integer("max_length")
            self.truncation.strategy = try truncation.choice("strategy", default: .longestFirst)
            self.truncation.cutsBeginning = try truncation.choice("direction", default: Side.right) == .left
        }
        if padding.value != .null {
            var fixedLength: Int?
            if let strategy = padding.value["strategy"], case .object = strategy {
                fixedLength = try ComponentReader(path: padding.path, role: "padding, strategy", value: strategy)
                    .integer("Fixed")
            }
            let multiple = try padding.integer("pad_to_multiple_of", default: 0)
            self.padding = TokenPadding(
                fixedLength: fixedLength, padsBeginning: try padding.choice("direction", default: Side.right) == .left,
                multiple: multiple > 0 ? multiple : nil, id: try padding.id("pad_id", default: 0),
                typeID: try padding.id("pad_type_id", default: 0))
        }
    }

    private enum Side: String, CaseIterable {
        case left = "Left"
        case right = "Right"
    }
}

extension AddedToken {
    init(_ reader: ComponentReader) throws(LanguageError) {
        self.init(content: try reader.string("content"))
        isSpecial = try reader.boolean("special", default: false)
        isSingleWord = try reader.boolean("single_word", default: false)
        stripsLeft = try reader.boolean("lstrip", default: false)
        stripsRight = try reader.boolean("rstrip", default: false)
        isNormalized = try reader.boolean("normalized", default: !isSpecial)
    }
}
