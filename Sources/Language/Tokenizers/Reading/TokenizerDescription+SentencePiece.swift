import Tensor

// Tokenizers from SentencePiece's own model file.
extension TokenizerDescription {
    /// What SentencePiece itself does: the file's ids, and no special tokens.
    init(sentencePiece file: SentencePieceFile) throws(LanguageError) {
        self.init(model: try file.model())
        normalizer = [.pieces(file.normalization)]
    }

    /// What the class of `transformers` does that a directory's files name.
    init(
        sentencePiece file: SentencePieceFile, _ configuration: TokenizerConfiguration, _ family: SentencePieceFamily
    ) throws(LanguageError) {
        switch family {
        case .xlmRoberta: try self.init(xlmRoberta: file, configuration)
        case .t5: try self.init(t5: file, configuration)
        case .siglip: try self.init(siglip: file, configuration)
        }
    }

    /// XLM-R: ids are shifted, for other special tokens come first.
    private init(
        xlmRoberta file: SentencePieceFile, _ configuration: TokenizerConfiguration
    ) throws(LanguageError) {
        let (special, tokens) = try configuration.tokens(
            standard: [
                "bos": "<s>", "eos": "</s>", "sep": "</s>", "cls": "<s>", "unk": "<unk>", "pad": "<pad>",
                "mask": "<mask>",
            ])
        // The file's first three are <unk>, <s> and </s>.
        guard file.kinds.count >= 3, file.kinds[..<3].allSatisfy({ $0 != .normal }) else {
            throw file.problem(
                "the first three pieces must be special ones for \(SentencePieceFamily.xlmRoberta.rawValue)")
        }
        let first = ["bos", "pad", "eos", "unk"].compactMap { special[$0]?.content }
        let last = [special["mask"]?.content].compactMap { $0 }
        try self.init(file, first: first, from: 3, last: last, unknownID: 3, for: .xlmRoberta)
        addTokens(tokens + file.addedTokens)
        let start = ProcessingStep.Part.special([try id(of: special["bos"], file)], typeID: 0)
        let end = ProcessingStep.Part.special([try id(of: special["eos"], file)], typeID: 0)
        processing = [
            .template(
                single: [start, Self.first, end], pair: [start, Self.first, end, end, Self.second, end])
        ]
    }

    /// T5: after the pieces come those that stand for gaps.
    private init(t5 file: SentencePieceFile, _ configuration: TokenizerConfiguration) throws(LanguageError) {
        let (special, tokens) = try configuration.tokens(standard: ["eos": "</s>", "unk": "<unk>", "pad": "<pad>"])
        let count = try configuration.reader.integer("extra_ids", default: 100)
        guard count <= 10_000 else { throw configuration.reader.problem("'extra_ids' must be at most 10000") }
        let gaps = (0..<count).reversed().map { "<extra_id_\($0)>" }
        try self.init(file, first: [], from: 0, last: gaps, unknownID: file.unknownID, for: .t5)
        addTokens(tokens + file.addedTokens + gaps.map { AddedToken(content: $0, isSpecial: true) })
        let end = ProcessingStep.Part.special([try id(of: special["eos"], file)], typeID: 0)
        processing = [.template(single: [Self.first, end], pair: [Self.first, end, Self.second, end])]
    }

    /// SigLIP: SentencePiece itself reads what is left of a caption.
    private init(siglip file: SentencePieceFile, _ configuration: TokenizerConfiguration) throws(LanguageError) {
        let (special, tokens) = try configuration.tokens(standard: ["eos": "</s>", "unk": "<unk>", "pad": "</s>"])
        try self.init(sentencePiece: file)
        var normalization = file.normalization
        // The class has SentencePiece read this token before each text, and takes it off what comes of it.
        if case .unigram(var unigram) = model {
            var token = Array((special["unk"]?.content ?? "").utf8).withUnsafeBufferPointer { AlignedText($0) }
            normalization.apply(to: &token)
            unigram.begin(after: token.bytes)
            model = .unigram(unigram)
        }
        // The beginning of a word is marked before, and what follows a special token begins none.
        normalization.continues = true
        let cleaning = CaptionCleaning(lowercases: try configuration.reader.boolean("do_lower_case", default: true))
        normalizer = [.caption(cleaning), .pieces(normalization)]
        addedTokens = tokens
        processing = [.closing(try id(of: special["eos"], file))]
        maximumLength = try configuration.maximumLength() ?? 64
    }

    /// Unigram as `tokenizers` runs it, between other tokens, with the steps before it that XLM-R and T5 share.
    private init(
        _ file: SentencePieceFile, first: [String], from start: Int, last: [String], unknownID: Int32,
        for family: SentencePieceFamily
    ) throws(LanguageError) {
        guard file.algorithm == .unigram else {
            throw file.problem(
                "'model_type' is 2 (BPE), but \(family.rawValue) takes 1 (Unigram); BPE is read for "
                    + "\(SentencePieceFamily.siglip.rawValue), or as SentencePiece itself does")
        }
        var table = TokenTable(expecting: file.kinds.count + first.count + last.count)
        var scores: [Double] = []
        for token in first {
            _ = table.insert(token, id: Int32(scores.count))
            scores.append(0)
        }
        for index in start..<file.kinds.count {
            _ = file.pieces.withToken(at: index) { table.insert($0, id: Int32(scores.count)) }
            scores.append(Double(file.scores[index]))
        }
        for token in last {
            _ = table.insert(token, id: Int32(scores.count))
            scores.append(0)
        }
        table.finish()
        try table.checkSize(file.path)
        self.init(
            model: .unigram(UnigramModel(table: table, scores: scores, unknownID: unknownID, fallsBackToBytes: false)))
        normalizer = file.map.map { [.precompiled($0)] } ?? []
        splitting = [
            .whitespace, .metaspace(Metaspace(replacement: PieceNormalization.space, prefix: .always, splits: true)),
        ]
    }
}

extension TokenizerDescription {
    private static let first = ProcessingStep.Part.text(second: false, typeID: 0)
    private static let second = ProcessingStep.Part.text(second: true, typeID: 0)

    /// Of several with the same content the first stays.
    private mutating func addTokens(_ tokens: [AddedToken]) {
        var known: Set<Term> = []
        addedTokens = tokens.filter { known.insert(Term($0.content)).inserted }
    }

    private func id(of token: AddedToken?, _ file: SentencePieceFile) throws(LanguageError) -> Int32 {
        let content = token?.content ?? ""
        if let id = model.table.id(of: content) { return id }
        throw file.problem("the vocabulary does not have the token \(quoted(content))")
    }
}

/// The classes of `transformers` that read SentencePiece's own file, as far as they are known.
enum SentencePieceFamily: String, CaseIterable {
    case xlmRoberta = "XLMRobertaTokenizer"
    case siglip = "SiglipTokenizer"
    case t5 = "T5Tokenizer"

    /// What the file is called, by the class that it is for where nothing else tells.
    static let files: [(name: String, family: SentencePieceFamily)] = [
        ("sentencepiece.bpe.model", .xlmRoberta), ("spiece.model", .t5),
    ]
    /// Classes that say nothing.
    private static let general = ["PreTrainedTokenizer", "TokenizersBackend"]
    private static let modelTypes: [String: SentencePieceFamily] = [
        "xlm-roberta": .xlmRoberta, "siglip": .siglip, "siglip_text_model": .siglip, "t5": .t5, "mt5": .t5,
    ]

    /// The class that the tokenizer's configuration names, or else the model's; or else what the file's name stands for.
    init(
        _ directory: TokenizerDirectory, _ configuration: TokenizerConfiguration, file standard: SentencePieceFamily
    ) throws(LanguageError) {
        if let name = configuration.className, !Self.general.contains(name) {
            try configuration.checkClass(Self.allCases.map(\.rawValue))
            self = Self(rawValue: name) ?? standard
            return
        }
        let model = try TokenizerFiles.json(directory.file("config.json")) ?? .null
        if case .string(let name)? = model["tokenizer_class"],
            let family = Self.allCases.first(where: { [$0.rawValue, $0.rawValue + "Fast"].contains(name) })
        {
            self = family
        } else if case .string(let type)? = model["model_type"], let family = Self.modelTypes[type] {
            self = family
        } else {
            self = standard
        }
    }
}
