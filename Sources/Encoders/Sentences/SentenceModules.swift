import Tensor

/// What the files of sentence-transformers in a model's directory say.
struct SentenceModules {
    /// Where the transformer's files are.
    private(set) var transformer: String
    private(set) var pooling = Pooling.mean
    private(set) var normalizes = true
    private(set) var maximumLength: Int?
    private(set) var prompt = ""
    /// Whether the tokens of a prompt are pooled, too.
    private(set) var poolsPrompt = true
    /// Where products after pooling are.
    private var dense: [String] = []

    /// What a list of modules may name, by the last part of the name.
    private static let known = ["Transformer", "Pooling", "Dense", "Normalize", "Dropout"]

    init(directory: String) throws(EncoderError) {
        transformer = directory
        let path = directory + "/modules.json"
        guard try Self.exists(path) else {
            try readLength()
            return
        }
        guard case .array(let modules) = try JSONValue(path: path) else {
            throw .file(path: path, reason: "it must hold a list of modules")
        }
        normalizes = false
        for (index, module) in modules.enumerated() {
            let file = try ModelConfiguration(path: path, prefix: "[\(index)].", module)
            let folder = try file.string("path", default: "")
            let parts = folder.split(separator: "/", omittingEmptySubsequences: false)
            guard !parts.contains(".."), !folder.hasPrefix("/") else {
                throw file.failure("path", "is \(quoted(folder)); it must lie within the directory")
            }
            let place = folder.isEmpty ? directory : directory + "/" + folder
            let type = try file.string("type")
            switch type.split(separator: ".").last.map(String.init) ?? "" {
            case "Transformer": transformer = place
            case "Pooling":
                let file = try ModelConfiguration(path: place + "/config.json")
                pooling = try Self.pooling(file)
                poolsPrompt = try file.boolean("include_prompt", default: true)
            case "Dense": dense.append(place)
            case "Normalize": normalizes = true
            case "Dropout": break
            default:
                throw file.failure(
                    "type", "is \(quoted(type)); known are \(Self.known.joined(separator: ", "))")
            }
        }
        try readLength()
        try readPrompt(directory + "/config_sentence_transformers.json")
    }

    private static func exists(_ path: String) throws(EncoderError) -> Bool {
        do { return try FileKind.ofPath(path) == .regular } catch { throw .tensor(error) }
    }

    private mutating func readLength() throws(EncoderError) {
        let path = transformer + "/sentence_bert_config.json"
        guard try Self.exists(path) else { return }
        let file = try ModelConfiguration(path: path)
        if file["max_seq_length"] != nil { maximumLength = try file.integer("max_seq_length", in: 3...1 << 20) }
    }

    private mutating func readPrompt(_ path: String) throws(EncoderError) {
        guard try Self.exists(path) else { return }
        let file = try ModelConfiguration(path: path)
        guard file["default_prompt_name"] != nil, let prompts = try file.section("prompts") else { return }
        prompt = try prompts.string(try file.string("default_prompt_name"))
    }

    private static func pooling(_ file: ModelConfiguration) throws(EncoderError) -> Pooling {
        let modes: [(key: String, pooling: Pooling?)] = [
            ("pooling_mode_cls_token", .cls), ("pooling_mode_mean_tokens", .mean), ("pooling_mode_max_tokens", .max),
            ("pooling_mode_lasttoken", .lastToken), ("pooling_mode_mean_sqrt_len_tokens", nil),
            ("pooling_mode_weightedmean_tokens", nil),
        ]
        if file["pooling_mode"] != nil {
            let name = try file.string("pooling_mode")
            guard let pooling = Pooling(rawValue: name == "lasttoken" ? "last-token" : name) else {
                throw file.failure("pooling_mode", "is \(quoted(name)); known are cls, mean, max, lasttoken")
            }
            return pooling
        }
        var found: [Pooling] = []
        for mode in modes where try file.boolean(mode.key, default: false) {
            guard let pooling = mode.pooling else { throw file.failure(mode.key, "is not known here") }
            found.append(pooling)
        }
        guard found.count == 1 else {
            throw file.failure("pooling_mode_…", "name \(found.count) ways of pooling; there must be one")
        }
        return found[0]
    }

    /// The products after pooling.
    ///
    /// - Parameter width: of what is pooled.
    func layers(width: Int) throws(EncoderError) -> [LinearLayer] {
        var layers: [LinearLayer] = []
        for place in dense {
            let file = try ModelConfiguration(path: place + "/config.json")
            let inputs = try file.integer("in_features", in: 1...1 << 16)
            guard inputs == layers.last?.outputs ?? width else {
                throw file.failure("in_features", "is \(inputs); it must be \(layers.last?.outputs ?? width)")
            }
            let name = try file.string("activation_function", default: "torch.nn.modules.activation.Tanh")
            let activations: [String: Activation] = [
                "Tanh": .tanh, "Identity": .identity, "ReLU": .relu, "GELU": .gelu,
            ]
            guard let activation = activations[name.split(separator: ".").last.map(String.init) ?? ""] else {
                throw file.failure("activation_function", "is \(quoted(name)); known are Tanh, Identity, ReLU, GELU")
            }
            let weights = try ModelWeights(directory: place)
            let affine = try AffineWeights(
                weights, "linear", outputs: try file.integer("out_features", in: 1...1 << 16), inputs: inputs,
                hasBias: try file.boolean("bias", default: true))
            try weights.finish(ignoring: [])
            layers.append(affine.layer(activation, .float32))
        }
        return layers
    }
}
