import Tensor

/// An object of a model's JSON file, read key by key.
struct ModelConfiguration: Sendable {
    /// The file.
    let path: String
    /// What stands before keys in messages, such as `vision_config.`.
    private let prefix: String
    private let members: [String: JSONValue]

    /// Reads the file at `path`, which must hold an object.
    init(path: String) throws(EncoderError) {
        try self.init(path: path, prefix: "", try JSONValue(path: path))
    }

    /// Reads a model's configuration.
    ///
    /// - Parameter known: what `model_type` may be.
    init(path: String, architectures known: [String]) throws(EncoderError) {
        try self.init(path: path)
        let name = try string("model_type")
        guard known.contains(name) else { throw .unknownArchitecture(path: path, name: name, known: known) }
    }

    /// - Parameter prefix: what stands before keys in messages.
    init(path: String, prefix: String, _ value: JSONValue) throws(EncoderError) {
        guard case .object(let members) = value else {
            throw .file(path: path, reason: "\(prefix.isEmpty ? "it" : prefix) must hold a JSON object")
        }
        self.path = path
        self.prefix = prefix
        var result: [String: JSONValue] = [:]
        for member in members {
            guard result.updateValue(member.value, forKey: member.key) == nil else {
                throw .configuration(path: path, key: prefix + member.key, reason: "occurs twice")
            }
        }
        self.members = result
    }

    /// What `key` stands for; `nil` when it is absent or `null`.
    subscript(key: String) -> JSONValue? {
        if let value = members[key], value != .null { return value }
        return nil
    }

    func failure(_ key: String, _ reason: String) -> EncoderError {
        .configuration(path: path, key: prefix + key, reason: reason)
    }

    private func required<Value>(_ key: String, _ value: Value?) throws(EncoderError) -> Value {
        guard let value else { throw failure(key, "is missing") }
        return value
    }

    /// A whole number within a range.
    func integer(
        _ key: String, in range: ClosedRange<Int> = 1...1 << 20, default value: Int? = nil
    ) throws(EncoderError) -> Int {
        let found: JSONValue = try required(key, self[key] ?? value.map { .integer($0) })
        guard case .integer(let number) = found, range.contains(number) else {
            throw failure(
                key, "is \(found.jsonText); it must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func number(_ key: String, default value: Double? = nil) throws(EncoderError) -> Double {
        let found: JSONValue = try required(key, self[key] ?? value.map { .number($0) })
        switch found {
        case .integer(let number): return Double(number)
        case .number(let number) where number.isFinite: return number
        default: throw failure(key, "is \(found.jsonText); it must be a number")
        }
    }

    func string(_ key: String, default value: String? = nil) throws(EncoderError) -> String {
        let found: JSONValue = try required(key, self[key] ?? value.map { .string($0) })
        guard case .string(let text) = found else { throw failure(key, "is \(found.jsonText); it must be a text") }
        return text
    }

    func boolean(_ key: String, default value: Bool? = nil) throws(EncoderError) -> Bool {
        let found: JSONValue = try required(key, self[key] ?? value.map { .boolean($0) })
        guard case .boolean(let truth) = found else {
            throw failure(key, "is \(found.jsonText); it must be true or false")
        }
        return truth
    }

    /// As many numbers as are asked for; `nil` when the key is absent.
    func numbers(_ key: String, count: Int) throws(EncoderError) -> [Double]? {
        guard let found = self[key] else { return nil }
        guard case .array(let values) = found, values.count == count else {
            throw failure(key, "is \(found.jsonText); it must be a list of \(count) numbers")
        }
        var result: [Double] = []
        for value in values {
            switch value {
            case .integer(let number): result.append(Double(number))
            case .number(let number) where number.isFinite: result.append(number)
            default: throw failure(key, "is \(found.jsonText); it must be a list of \(count) numbers")
            }
        }
        return result
    }

    /// The object that `key` stands for; `nil` when it is absent.
    func section(_ key: String) throws(EncoderError) -> ModelConfiguration? {
        try self[key].map { found throws(EncoderError) in
            try ModelConfiguration(path: path, prefix: "\(prefix)\(key).", found)
        }
    }

    /// The activation that a configuration names as Transformers does.
    func activation(_ key: String, default value: String) throws(EncoderError) -> Activation {
        let name = try string(key, default: value)
        guard let activation = Self.activations[name] else {
            throw failure(
                key, "is \(quoted(name)); known are \(Self.activations.keys.sorted().joined(separator: ", "))")
        }
        return activation
    }

    private static let activations: [String: Activation] = [
        "gelu": .gelu, "gelu_python": .gelu, "gelu_new": .geluTanh, "gelu_fast": .geluTanh,
        "gelu_pytorch_tanh": .geluTanh, "quick_gelu": .quickGELU, "relu": .relu, "silu": .silu, "swish": .silu,
        "tanh": .tanh,
    ]
}

extension JSONValue {
    /// Configuration files are small; a larger file is something else.
    private static let mostBytes = 16 << 20

    /// What the file at `path` holds.
    init(path: String) throws(EncoderError) {
        do {
            let content = try FileBytes(mapping: path)
            guard content.bytes.count <= Self.mostBytes else {
                throw EncoderError.file(
                    path: path, reason: "\(content.bytes.count) bytes are too many for a configuration")
            }
            self = try content.withBytes { bytes throws(JSONReader.Problem) in try JSONValue.parse(bytes) }
        } catch let error as TensorError {
            throw .tensor(error)
        } catch let problem as JSONReader.Problem {
            throw .file(path: path, reason: "not JSON at byte \(problem.offset): \(problem.reason)")
        } catch let error as EncoderError {
            throw error
        } catch {
            throw .file(path: path, reason: "\(error)")
        }
    }
}
