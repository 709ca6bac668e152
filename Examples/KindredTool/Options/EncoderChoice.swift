import ArgumentParser
import Kindred

/// An encoder as options name it: one that is built in, a directory with a model, or a model of the hub that is in the
/// cache.
struct EncoderChoice {
    /// The option's value.
    let name: String
    /// The option.
    let option: String
    /// The encoder that needs no weights.
    let builtIn: String

    /// The directory; `nil` for the encoder that is built in.
    func directory() throws -> String? {
        name == builtIn ? nil : try Self.directory(name, option: option, orElse: "\(builtIn), ")
    }

    /// The directory of a model where no encoder is built in.
    ///
    /// - Parameter orElse: what the option might be besides, for errors.
    static func directory(_ name: String, option: String = "--encoder", orElse: String = "") throws -> String {
        // One word is more likely a built-in encoder misspelt than one of the hub's few models without an owner.
        guard try name.contains("/") || FileKind.ofPath(name) == .directory else {
            throw ToolError.usage(
                "\(option) is \(name); it must be \(orElse)a directory with config.json and model.safetensors, or a "
                    + "model of the hub, owner/name")
        }
        return try ModelHub().resolve(name)
    }
}

/// What can be chosen of an encoder with weights.
struct ModelOptions: ParsableArguments {
    @Option(help: "The numbers to compute in: int8 is quicker and a little coarser. (default: fp32)")
    var precision: Precision?

    @Option(
        help: ArgumentHelp(
            "How the vectors of tokens become one, where the model leaves a choice.",
            valueName: "cls|mean|max|last-token|both"))
    var pooling: String?

    @Flag(inversion: .prefixedNo, help: "Whether vectors are scaled to length 1. (default: what the model says)")
    var normalize: Bool?

    @Option(
        help: ArgumentHelp(
            "How many pictures or texts are computed at a time; vectors do not depend on it. (default: what is quick)",
            valueName: "n"))
    var batchSize: Int?

    enum Precision: String, ExpressibleByArgument, CaseIterable {
        case fp32, int8
    }

    func validate() throws {
        if let batchSize, batchSize < 1 {
            throw ValidationError("--batch-size is \(batchSize); it must be at least 1")
        }
        let known = Pooling.allCases.map(\.rawValue) + VisionPooling.allCases.map(\.rawValue)
        if let pooling, !known.contains(pooling) {
            throw ValidationError("--pooling is \(pooling); it must be cls, mean, max, last-token, or both")
        }
    }

    /// Refuses what nothing would come of without a model.
    func check(without model: String) throws {
        let given = [
            ("--precision", precision != nil), ("--pooling", pooling != nil), ("--normalize", normalize != nil),
        ]
        if let option = given.first(where: \.1) {
            throw ToolError.usage("\(option.0) is for encoders with weights; \(model) has none")
        }
    }

    /// What holds for models of texts.
    func textOptions() throws -> Pretrained.Options {
        var options = options
        options.pooling = try pooling.map { try Self.known($0, Pooling(rawValue: $0), "cls, mean, max, or last-token") }
        return options
    }

    /// What holds for models of pictures.
    func imageOptions() throws -> Pretrained.Options {
        var options = options
        // The class token by the name that texts have for it.
        options.visionPooling = try pooling.map {
            try Self.known($0, VisionPooling(rawValue: $0 == "cls" ? "class" : $0), "cls, mean, or both")
        }
        return options
    }

    private var options: Pretrained.Options {
        Pretrained.Options(
            normalizes: normalize, precision: precision == .int8 ? .int8 : .float32, batchSize: batchSize)
    }

    private static func known<Choice>(_ name: String, _ choice: Choice?, _ valid: String) throws -> Choice {
        guard let choice else { throw ToolError.usage("--pooling is \(name); here it must be \(valid)") }
        return choice
    }
}
