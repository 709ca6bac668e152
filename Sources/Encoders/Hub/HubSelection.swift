import Tensor

/// Which of a model's files are needed: configuration, vocabulary and weights, never a file that holds code.
struct HubSelection {
    /// Files that a directory's transformer is described by, where they exist.
    static let descriptions: Set<String> = [
        "config.json", "preprocessor_config.json", tokenizer, "vocab.txt", "vocab.json", "merges.txt",
        "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "sentence_bert_config.json",
        "config_sentence_transformers.json",
    ]
    /// SentencePiece's own files, which are read only where there is no ``tokenizer``.
    static let pieces = ["sentencepiece.bpe.model", "spiece.model"]
    static let tokenizer = "tokenizer.json"
    static let modules = "modules.json"
    /// What says under which licence a model may be used.
    static let card = "README.md"
    static let weights = "model.safetensors"
    static let index = "model.safetensors.index.json"
    static let pickle = "pytorch_model.bin"

    let listing: HubListing
    /// What messages call the model.
    let name: HubName

    /// The files that are needed, smaller ones first.
    ///
    /// - Parameters:
    ///   - read: gives the content of a file that is listed; asked for lists of modules and of weights.
    func files(read: (HubFile) throws(EncoderError) -> JSONValue) throws(EncoderError) -> [HubFile] {
        var folders = [""]
        if let file = listing.file(Self.modules) { folders = Self.folders(try read(file)) }
        var chosen: [String: HubFile] = [:]
        func choose(_ path: String) {
            if let file = listing.file(path) { chosen[path] = file }
        }
        choose(Self.card)
        choose(Self.modules)
        for folder in Set(folders + [""]).sorted() {
            for description in Self.descriptions { choose(folder + description) }
            if chosen[folder + Self.tokenizer] == nil { Self.pieces.forEach { choose(folder + $0) } }
            // Where there are both, the index is what is loaded.
            if let index = listing.file(folder + Self.index) {
                choose(index.path)
                for shard in Self.shards(try read(index)) {
                    guard listing.file(folder + shard) != nil else {
                        throw .file(
                            path: "\(name.text)/\(index.path)",
                            reason: "it names the file \(quoted(shard)), which the hub does not list")
                    }
                    choose(folder + shard)
                }
            } else {
                choose(folder + Self.weights)
                // The transformer's weights are looked for below; another module has some only if it has these.
                if chosen[folder + Self.weights] == nil, !folder.isEmpty, listing.file(folder + Self.pickle) != nil {
                    throw missingWeights
                }
            }
        }
        let hasWeights = [Self.index, Self.weights].contains { chosen[folders[0] + $0] != nil }
        guard hasWeights else { throw missingWeights }
        return chosen.values.sorted { ($0.size, $0.path) < ($1.size, $1.path) }
    }

    /// Whether there are weights that can be used, as far as names tell.
    var hasWeights: Bool {
        listing.files.contains { file in
            let name = file.path.split(separator: "/").last.map(String.init) ?? ""
            return name == Self.weights || name == Self.index
        }
    }

    /// What is wrong with a model that has no weights to be read here, and what to do.
    var missingWeights: EncoderError {
        let others = listing.files.map(\.path).filter { path in
            [".bin", ".pt", ".pth", ".ckpt", ".h5", ".msgpack", ".onnx"].contains { path.hasSuffix($0) }
        }
        guard !others.isEmpty else {
            return .modelUnavailable(
                name: name.text, reason: "it has no model.safetensors: it is no model of transformers")
        }
        return .modelUnavailable(
            name: name.text,
            reason:
                "it has its weights only as \(others.prefix(3).joined(separator: ", ")), which Kindred does not read "
                + "(such files can hold code); look for another revision of it or a copy with model.safetensors, or "
                + "convert it once with transformers: AutoModel.from_pretrained(…).save_pretrained(DIRECTORY)")
    }

    /// What stands before the names of files of the modules that a list of sentence-transformers names: nothing, or a
    /// directory with a slash. The first is the transformer's; there is always one.
    static func folders(_ value: JSONValue) -> [String] {
        guard case .array(let modules) = value else { return [""] }
        let folders = modules.compactMap { module -> String? in
            guard case .string(let path)? = module["path"], path.isEmpty || HubPath.isSafe(path) else { return nil }
            return path.isEmpty ? "" : path + "/"
        }
        return folders.isEmpty ? [""] : folders
    }

    /// The same for the model in a directory.
    static func folders(in directory: String) -> [String] {
        let list = "\(directory)/\(modules)"
        return FileSystem.size(list) == nil ? [""] : (try? JSONValue(path: list)).map { folders($0) } ?? [""]
    }

    /// The files that an index of weights names, each once.
    static func shards(_ value: JSONValue) -> [String] {
        guard case .object(let members)? = value["weight_map"] else { return [] }
        var seen: Set<String> = []
        return members.compactMap { member in
            guard case .string(let file) = member.value, HubPath.isSafe(file), seen.insert(file).inserted else {
                return nil
            }
            return file
        }
    }
}

extension HubSelection {
    /// The first file that a directory lacks to be a model, or `nil` when it is whole.
    ///
    /// Looks for a configuration and weights; whatever else a model needs is known to who loads it.
    static func missingFile(in directory: String) -> String? {
        let folders = folders(in: directory)
        var hasWeights = false
        for folder in Set(folders + [""]).sorted() {
            let place = "\(directory)/\(folder)"
            var isThere = FileSystem.size(place + weights) != nil
            if FileSystem.size(place + index) != nil, let value = try? JSONValue(path: place + index) {
                for shard in shards(value) where FileSystem.size(place + shard) == nil { return folder + shard }
                isThere = true
            }
            if isThere, folder == folders[0] { hasWeights = true }
        }
        if !hasWeights { return folders[0] + weights }
        return FileSystem.size("\(directory)/\(folders[0])config.json") == nil ? folders[0] + "config.json" : nil
    }
}
