import Tensor

/// A model's directory: finds its tokenizer, in whichever files.
struct TokenizerDirectory {
    let path: String

    init(_ path: String) { self.path = path }

    func file(_ name: String) -> String { path.hasSuffix("/") ? path + name : path + "/" + name }

    func description() throws(LanguageError) -> TokenizerDescription {
        let configuration = try TokenizerConfiguration(self)
        var description: TokenizerDescription
        if try TokenizerFiles.exists(file("tokenizer.json")) {
            description = try TokenizerDescription(json: try TokenizerFiles.bytes(file("tokenizer.json")))
        } else if try TokenizerFiles.exists(file("vocab.txt")) {
            description = try .bert(self, configuration)
        } else if try TokenizerFiles.exists(file("vocab.json")) {
            guard try TokenizerFiles.exists(file("merges.txt")) else {
                throw .file(path: file("merges.txt"), reason: "there is no such file beside vocab.json")
            }
            description = try .bytePairs(self, configuration)
        } else if let pieces = try sentencePieces(configuration) {
            description = pieces
        } else {
            throw .file(
                path: path,
                reason: "no tokenizer in this directory; tokenizer.json, vocab.txt, vocab.json with merges.txt, "
                    + "sentencepiece.bpe.model or spiece.model would do")
        }
        if description.maximumLength == nil { description.maximumLength = try configuration.maximumLength() }
        return description
    }

    /// From SentencePiece's own file; `nil` where there is none.
    private func sentencePieces(
        _ configuration: TokenizerConfiguration
    ) throws(LanguageError) -> TokenizerDescription? {
        for (name, standard) in SentencePieceFamily.files {
            guard try TokenizerFiles.exists(file(name)) else { continue }
            let family = try SentencePieceFamily(self, configuration, file: standard)
            let pieces = try SentencePieceFile(try TokenizerFiles.bytes(file(name)))
            return try TokenizerDescription(sentencePiece: pieces, configuration, family)
        }
        return nil
    }
}

/// What the small files beside a vocabulary say.
struct TokenizerConfiguration {
    let reader: ComponentReader
    private let specialTokens: ComponentReader
    private let addedTokens: ComponentReader

    init(_ directory: TokenizerDirectory) throws(LanguageError) {
        func part(_ name: String) throws(LanguageError) -> ComponentReader {
            let path = directory.file(name)
            return ComponentReader(path: path, role: "tokenizer", value: try TokenizerFiles.json(path) ?? .null)
        }
        reader = try part("tokenizer_config.json")
        specialTokens = try part("special_tokens_map.json")
        addedTokens = try part("added_tokens.json")
    }

    /// The length that the configuration names, unless it stands for none: that is written as an enormous number.
    func maximumLength() throws(LanguageError) -> Int? {
        guard case .integer(let length)? = reader.value["model_max_length"], length < 1 << 30 else { return nil }
        guard length > 0 else { throw reader.problem("'model_max_length' must be at least 1") }
        return length
    }

    /// The name of the class that the vocabulary was made for, without the ending that says how it is implemented.
    var className: String? {
        guard case .string(let name)? = reader.value["tokenizer_class"] else { return nil }
        return name.hasSuffix("Fast") ? String(name.dropLast(4)) : name
    }

    /// Throws when the configuration names a class that is none of `known`.
    func checkClass(_ known: [String]) throws(LanguageError) {
        guard let className, !known.contains(className) else { return }
        throw reader.problem(
            "'tokenizer_class' \(quoted(className)) is not known with these files; known are "
                + known.joined(separator: ", ")
        )
    }

    /// The order in which the reference adds them, which decides where one is named twice.
    private static let roles = ["bos", "eos", "unk", "sep", "pad", "cls", "mask"]

    /// The special tokens by role, in order, and all that are to be added.
    ///
    /// - Parameter standard: the tokens of roles that the files do not mention.
    func tokens(standard: [String: String]) throws(LanguageError) -> (special: [String: AddedToken], all: [AddedToken])
    {
        let listed = try listedTokens()
        var special: [String: AddedToken] = [:]
        for role in Self.roles {
            let key = role + "_token"
            var token = standard[role].map { AddedToken(content: $0, isSpecial: true) }
            for source in [reader, specialTokens] {
                if source.path == specialTokens.path, reader.value["added_tokens_decoder"] != nil { continue }
                guard let value = source.value[key], value != .null else { continue }
                token = try Self.token(value, source, key)
            }
            if let content = token?.content, let known = listed.last(where: { Term($0.content) == Term(content) }) {
                token = known
            }
            token?.isSpecial = true
            if let token { special[role] = token }
        }
        var all = listed
        for role in Self.roles {
            guard let token = special[role], !listed.contains(where: { Term($0.content) == Term(token.content) }) else {
                continue
            }
            all.append(token)
        }
        for source in [reader, specialTokens] {
            for key in ["additional_special_tokens", "extra_special_tokens"] {
                guard case .array(let values)? = source.value[key] else { continue }
                for value in values {
                    var token = try Self.token(value, source, key)
                    token.isSpecial = true
                    if !all.contains(where: { Term($0.content) == Term(token.content) }) { all.append(token) }
                }
            }
        }
        return (special, all)
    }

    /// A token given by its text, or with its properties.
    private static func token(
        _ value: JSONValue, _ source: ComponentReader, _ key: String
    ) throws(LanguageError) -> AddedToken {
        if case .string(let content) = value { return AddedToken(content: content, isSpecial: true) }
        return try AddedToken(ComponentReader(path: source.path, role: key, value: value))
    }

    /// The tokens of `added_tokens_decoder`, or else of `added_tokens.json`, in order of their ids.
    private func listedTokens() throws(LanguageError) -> [AddedToken] {
        var result: [(id: Int, token: AddedToken)] = []
        if case .object(let members)? = reader.value["added_tokens_decoder"] {
            for member in members {
                guard let id = Int(member.key) else {
                    throw reader.problem("'added_tokens_decoder' must have ids as keys")
                }
                let part = ComponentReader(path: reader.path, role: "added_tokens_decoder", value: member.value)
                result.append((id, try AddedToken(part)))
            }
        } else if case .object(let members) = addedTokens.value {
            for member in members {
                guard case .integer(let id) = member.value else {
                    throw addedTokens.problem("the id of the token \(quoted(member.key)) must be a number")
                }
                result.append((id, AddedToken(content: member.key, isNormalized: true)))
            }
        }
        return result.sorted { $0.id < $1.id }.map(\.token)
    }
}
