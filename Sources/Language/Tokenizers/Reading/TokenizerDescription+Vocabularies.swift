import Tensor

// Tokenizers from the older files, which hold a vocabulary only: the rest is what the model's own class does.
extension TokenizerDescription {
    private static let bertClasses = [
        "BertTokenizer", "ConvBertTokenizer", "DistilBertTokenizer", "ElectraTokenizer", "LayoutLMTokenizer",
        "MobileBertTokenizer", "SqueezeBertTokenizer",
    ]
    private static let bytePairClasses = [
        "BartTokenizer", "CLIPTokenizer", "GPT2Tokenizer", "LongformerTokenizer", "RobertaTokenizer",
    ]

    /// BERT, from `vocab.txt`.
    static func bert(
        _ directory: TokenizerDirectory, _ configuration: TokenizerConfiguration
    ) throws(LanguageError) -> TokenizerDescription {
        try configuration.checkClass(bertClasses)
        let reader = configuration.reader
        let (special, tokens) = try configuration.tokens(
            standard: ["unk": "[UNK]", "sep": "[SEP]", "pad": "[PAD]", "cls": "[CLS]", "mask": "[MASK]"])
        let path = directory.file("vocab.txt")
        let table = try TokenTable(lines: try TokenizerFiles.bytes(path))
        try table.checkSize(path)
        func id(_ role: String) throws(LanguageError) -> Int32 {
            let content = special[role]?.content ?? ""
            if let id = table.id(of: content) { return id }
            throw .format(path: path, reason: "the vocabulary does not have the token \(quoted(content))")
        }
        let lowercases = try reader.boolean("do_lower_case", default: true)
        var result = TokenizerDescription(
            model: .wordPiece(
                WordPieceModel(table: table, unknownID: try id("unk"), prefix: "##", longestWord: 100)))
        result.addedTokens = tokens
        result.normalizer = [
            .bert(
                BertCleaning(
                    cleansText: true, separatesIdeographs: try reader.boolean("tokenize_chinese_chars", default: true),
                    stripsAccents: try reader.boolean("strip_accents", default: lowercases), lowercases: lowercases))
        ]
        result.splitting = [.bert]
        let (first, separator) = (try id("cls"), try id("sep"))
        result.processing = [
            .template(
                single: [
                    .special([first], typeID: 0), .text(second: false, typeID: 0), .special([separator], typeID: 0),
                ],
                pair: [
                    .special([first], typeID: 0), .text(second: false, typeID: 0), .special([separator], typeID: 0),
                    .text(second: true, typeID: 1), .special([separator], typeID: 1),
                ])
        ]
        return result
    }

    /// CLIP, RoBERTa or GPT-2, from `vocab.json` and `merges.txt`.
    ///
    /// Where the configuration does not say which of them it is, the vocabulary does: each has special tokens of its
    /// own.
    static func bytePairs(
        _ directory: TokenizerDirectory, _ configuration: TokenizerConfiguration
    ) throws(LanguageError) -> TokenizerDescription {
        try configuration.checkClass(bytePairClasses)
        let path = directory.file("vocab.json")
        let table = try TokenizerFiles.reading(path) { reader throws(JSONReader.Problem) in
            try TokenModelReader.vocabulary(&reader)
        }
        let merges = try MergeList(lines: try TokenizerFiles.bytes(directory.file("merges.txt")))
            .table(in: table, prefix: "", configuration.reader)
        let name =
            configuration.className
            ?? (table.id(of: "<|startoftext|>") != nil
                ? "CLIPTokenizer" : table.id(of: "<s>") != nil ? "RobertaTokenizer" : "GPT2Tokenizer")
        let reader = configuration.reader
        let addsPrefixSpace = try reader.boolean("add_prefix_space", default: false)
        let end = "<|endoftext|>"

        func standard() -> [String: String] {
            switch name {
            case "CLIPTokenizer": ["bos": "<|startoftext|>", "eos": end, "unk": end, "pad": end]
            case "GPT2Tokenizer": ["bos": end, "eos": end, "unk": end]
            default:
                [
                    "bos": "<s>", "eos": "</s>", "sep": "</s>", "cls": "<s>", "unk": "<unk>", "pad": "<pad>",
                    "mask": "<mask>",
                ]
            }
        }
        let (special, tokens) = try configuration.tokens(standard: standard())
        func model(unknown: Int32?, suffix: String) -> TokenModel {
            .bytePair(
                BytePairModel(
                    table: table, merges: merges, unknownID: unknown, prefix: "", suffix: suffix, fusesUnknown: false,
                    fallsBackToBytes: false, prefersWholeWords: false))
        }
        func id(_ role: String) throws(LanguageError) -> Int32 {
            let content = special[role]?.content ?? ""
            if let id = table.id(of: content) { return id }
            throw .format(path: path, reason: "the vocabulary does not have the token \(quoted(content))")
        }
        var result: TokenizerDescription
        switch name {
        case "CLIPTokenizer":
            result = TokenizerDescription(model: model(unknown: try id("unk"), suffix: "</w>"))
            result.normalizer = [.form(.nfc), .replace(.spaces(runs: true), with: [0x20]), .lowercase]
            result.splitting = [
                .pattern(.clip(tokens: true), .removed, inverted: true),
                .byteLevel(ByteLevelSplitting(addsPrefixSpace: false, usesPattern: true)),
            ]
            result.processing = [
                .roberta(first: try id("bos"), separator: try id("eos"), trimsOffsets: false, keepsPrefix: false)
            ]
        case "GPT2Tokenizer":
            result = TokenizerDescription(model: model(unknown: nil, suffix: ""))
            result.splitting = [.byteLevel(ByteLevelSplitting(addsPrefixSpace: addsPrefixSpace, usesPattern: true))]
            result.processing = [
                .template(
                    single: [.text(second: false, typeID: 0)],
                    pair: [.text(second: false, typeID: 0), .text(second: true, typeID: 1)])
            ]
        default:
            result = TokenizerDescription(model: model(unknown: nil, suffix: ""))
            result.splitting = [.byteLevel(ByteLevelSplitting(addsPrefixSpace: addsPrefixSpace, usesPattern: true))]
            result.processing = [
                .roberta(
                    first: try id("cls"), separator: try id("sep"),
                    trimsOffsets: try reader.boolean("trim_offsets", default: true), keepsPrefix: addsPrefixSpace)
            ]
        }
        result.addedTokens = tokens
        return result
    }
}

extension TokenTable {
    /// The tokens of a file with one on each line, whose ids are their lines' numbers from 0.
    init(lines file: FileBytes) throws(LanguageError) {
        self.init(expecting: 1 << 15)
        let tables = CharacterTables.shared
        try file.withBytes { bytes throws(LanguageError) in
            let utf8 = bytes.bindMemory(to: UInt8.self)
            guard String(validating: utf8, as: UTF8.self) != nil else {
                throw .format(path: file.path, reason: "the file is not valid UTF-8")
            }
            var (start, line) = (0, 0)
            while start < utf8.count {
                let end = utf8[start...].firstIndex(of: UInt8(ascii: "\n")) ?? utf8.count
                var last = end
                // The reference takes white space off the end.
                while last > start {
                    let before = utf8.start(ofScalarBefore: last)
                    guard tables.flags(of: utf8.scalar(at: before).scalar.value).contains(.whitespace) else { break }
                    last = before
                }
                guard line < Int32.max, insert(UnsafeBufferPointer(rebasing: utf8[start..<last]), id: Int32(line))
                else {
                    throw .format(path: file.path, reason: "the vocabulary is too large")
                }
                line += 1
                start = end + 1
            }
        }
        finish()
    }
}
