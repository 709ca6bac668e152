import Tensor

/// What a model in a directory is, read from its files without loading it.
public struct ModelDescription: Sendable, Hashable {
    /// A part of a model that turns one kind of input into vectors.
    public struct Tower: Sendable, Hashable {
        /// `vision` or `text`; empty where the model is one tower.
        public let name: String
        /// The features of a token between layers.
        public let width: Int?
        /// The number of layers.
        public let layers: Int?
        /// The heads of attention in each layer.
        public let heads: Int?
        /// The most tokens of a text.
        public let tokens: Int?
        /// The number of different tokens.
        public let vocabulary: Int?
        /// The side of a picture, in pixels.
        public let imageSize: Int?
        /// The side of a patch, in pixels.
        public let patchSize: Int?
    }

    /// A file, by its path in the directory.
    public struct File: Sendable, Hashable {
        /// The path.
        public let path: String
        /// Its bytes.
        public let bytes: Int
    }

    /// Where the model is.
    public let directory: String
    /// The architecture as the model's configuration names it, such as `CLIPModel`; empty when it names none.
    public let architecture: String
    /// The family, such as `clip` or `bert`.
    public let family: String
    /// The towers, in the order of vision and text.
    public let towers: [Tower]
    /// The features of the vectors that towers share; `nil` when they share none.
    public let sharedDimension: Int?
    /// The numbers that the model consists of.
    public let parameters: Int
    /// The types of number that weights are stored as, with how many there are of each.
    public let elementTypes: [ElementType: Int]
    /// The licence that the model's card names; `nil` when it names none.
    public let license: String?
    /// All files, in order of their paths.
    public let files: [File]

    /// Describes the model in `directory`.
    ///
    /// - Throws: ``EncoderError`` when there is no configuration, or it or the weights are damaged.
    /// - Complexity: O(length of the files' headers).
    public init(directory: String) throws(EncoderError) {
        self.directory = directory
        let folders = HubSelection.folders(in: directory)
        let home = "\(directory)/\(folders[0])"
        let file = try ModelConfiguration(path: home + "config.json")
        files = ModelHub.files(below: directory).map { File(path: $0.path, bytes: $0.size) }
        family = try file.string("model_type", default: "")
        if case .array(let names)? = file["architectures"], case .string(let name)? = names.first {
            architecture = name
        } else {
            architecture = ""
        }
        var towers: [Tower] = []
        for name in ["vision", "text"] {
            if let section = try file.section("\(name)_config") {
                towers.append(try Tower(name: name, section, limit: nil))
            }
        }
        if towers.isEmpty {
            let limits = home + "sentence_bert_config.json"
            let limit = FileSystem.size(limits) == nil ? nil : try ModelConfiguration(path: limits)
            towers = [try Tower(name: "", file, limit: limit?.count("max_seq_length"))]
        }
        self.towers = towers
        sharedDimension = try towers.count > 1 ? file.count("projection_dim") : nil

        var parameters = 0
        var types: [ElementType: Int] = [:]
        for folder in Set(folders + [""]).sorted() {
            let place = "\(directory)/\(folder)"
            let names = [HubSelection.weights, HubSelection.index]
            guard names.contains(where: { FileSystem.size(place + $0) != nil }) else { continue }
            do {
                let weights = try SafetensorsCollection(place)
                for entry in weights.names.compactMap({ weights.entry(named: $0) }) {
                    // Positions that were stored with the weights are no numbers that were learnt.
                    guard [.float16, .bfloat16, .float32, .float64].contains(entry.elementType) else { continue }
                    parameters += entry.count
                    types[entry.elementType, default: 0] += entry.count
                }
            } catch { throw .tensor(error) }
        }
        (self.parameters, elementTypes) = (parameters, types)
        license = FileSystem.text("\(directory)/\(HubSelection.card)", most: 4 << 20).flatMap(ModelCard.license)
    }
}

extension ModelDescription.Tower {
    fileprivate init(name: String, _ file: ModelConfiguration, limit: Int?) throws(EncoderError) {
        let hasPatches = try file.count("patch_size") != nil
        let isVision = name == "vision" || (name.isEmpty && hasPatches)
        self.name = name
        width = try file.count("hidden_size")
        layers = try file.count("num_hidden_layers")
        heads = try file.count("num_attention_heads")
        // A tower without a name may be for both pictures and texts.
        vocabulary = try name == "vision" ? nil : file.count("vocab_size")
        let positions = try file.count("max_position_embeddings")
        tokens = name == "vision" ? nil : limit ?? positions
        imageSize = try isVision ? file.count("image_size") : nil
        patchSize = try isVision ? file.count("patch_size") : nil
    }
}

extension ModelConfiguration {
    /// A count that may be absent.
    fileprivate func count(_ key: String) throws(EncoderError) -> Int? {
        self[key] == nil ? nil : try integer(key, in: 0...1 << 31)
    }
}

/// The first lines of a model's card.
enum ModelCard {
    /// The licence that they name: `license: mit` between two lines of three hyphens, by `license_name` where that is
    /// `other`.
    static func license(_ card: String) -> String? {
        let lines = card.split(omittingEmptySubsequences: false) { $0.isNewline }
        guard lines.first == "---" else { return nil }
        var values: [String: String] = [:]
        for (index, line) in lines.enumerated().dropFirst() {
            if line == "---" { break }
            for key in ["license", "license_name"] where line.hasPrefix(key + ":") {
                var value = unquoted(line.dropFirst(key.count + 1))
                // A list of licences stands below.
                if value.isEmpty {
                    let items = lines[(index + 1)...].prefix { unquoted($0).hasPrefix("- ") }
                    value = items.map { unquoted(unquoted($0).dropFirst(2)) }.joined(separator: ", ")
                }
                values[key] = value
            }
        }
        let license = values["license"] == "other" ? values["license_name"] ?? "other" : values["license"]
        return license.flatMap { $0.isEmpty ? nil : String($0.prefix(200)) }
    }

    /// Without white space and quotes around.
    private static func unquoted(_ text: some StringProtocol) -> String {
        func isAround(_ character: Character) -> Bool {
            character.isWhitespace || character == "\"" || character == "'" || character == "[" || character == "]"
        }
        let start = text.drop(while: isAround)
        let end = start.lastIndex { !isAround($0) }.map { start.index(after: $0) } ?? start.startIndex
        return String(start[..<end])
    }
}
