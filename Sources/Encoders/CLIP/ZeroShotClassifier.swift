import Tensor

/// Names for pictures, chosen from a list by a model that was never trained on the list: CLIP or one of its like.
///
/// ```swift
/// let model = try CLIPModel(directory: "models/clip-vit-base-patch32")
/// let classifier = try ZeroShotClassifier(["dog", "cat", "car"], model: model)
/// let vectors = try model.images.encode(pictures)
/// classifier.names(of: vectors)                               // the best name of each picture
/// classifier.names(ofClusters: labels, vectors: vectors)      // the best three of each cluster
/// ```
///
/// Each name is put into each template, and its vector is the mean of those texts' vectors of length 1, scaled to
/// length 1 again.
///
/// - Reference: Radford et al., "Learning transferable visual models from natural language supervision", ICML 2021,
///   arXiv:2103.00020, section 3.1.4.
public struct ZeroShotClassifier: Sendable {
    /// How a model scores a text for a picture.
    public struct Scoring: Sendable, Hashable {
        /// What cosines are multiplied with.
        public var scale: Double
        /// What is added then.
        public var bias: Double
        /// Whether each text is judged by itself, as in SigLIP, rather than against the others.
        public var isSigmoid: Bool

        /// Scores by `scale · cosine + bias`.
        public init(scale: Double, bias: Double = 0, isSigmoid: Bool = false) {
            (self.scale, self.bias, self.isSigmoid) = (scale, bias, isSigmoid)
        }
    }

    /// What pictures can be called.
    public let names: [String]
    /// The vectors of the names, of length 1. `[names.count × d]`
    public let vectors: Matrix
    /// How the model scores a text for a picture.
    public let scoring: Scoring

    /// What a name is put into where nothing else is said.
    public static let template = "a photo of a {}."

    /// Names whose vectors are known.
    ///
    /// - Precondition: there is a vector for each name.
    public init(names: [String], vectors: Matrix, scoring: Scoring) {
        precondition(names.count == vectors.rows, "\(names.count) names for \(vectors)")
        self.names = names
        self.vectors = vectors.normalizedRows()
        self.scoring = scoring
    }

    /// Names for pictures of a model.
    ///
    /// - Parameters:
    ///   - names: one at least, none empty, all different.
    ///   - templates: texts in which `{}` stands for the name.
    /// - Throws: ``EncoderError``; `.cancelled` when `progress` or the current task asks to stop.
    public init(
        _ names: [String], templates: [String] = [template], model: CLIPModel, progress: ProgressHandler = .none
    ) throws(EncoderError) {
        try self.init(names, templates, model.texts, model.scoring, progress)
    }

    /// Names for pictures of the model in a directory, of which only the text tower is read.
    ///
    /// - Parameters: As ``init(_:templates:model:progress:)``.
    /// - Throws: As there.
    public init(
        _ names: [String], templates: [String] = [template], directory: String, progress: ProgressHandler = .none
    ) throws(EncoderError) {
        let files = try CLIPFiles(directory: directory)
        let texts = try CLIPTextEncoder(files, normalizes: true, precision: .float32)
        let scoring = try files.scoring()
        try files.weights.finish(ignoring: CLIPFiles.ignored + CLIPFiles.visionWeights)
        try self.init(names, templates, texts, scoring, progress)
    }

    private init(
        _ names: [String], _ templates: [String], _ texts: CLIPTextEncoder, _ scoring: Scoring,
        _ progress: ProgressHandler
    ) throws(EncoderError) {
        if names.isEmpty { throw .parameter(name: "names", value: "an empty list", valid: "one name or more") }
        if names.contains("") { throw .parameter(name: "names", value: "a list with an empty one", valid: "texts") }
        var seen: Set<[UInt8]> = []
        if let twice = names.first(where: { !seen.insert(Array($0.utf8)).inserted }) {
            throw .parameter(name: "names", value: "a list with \(quoted(twice)) twice", valid: "all different")
        }
        if templates.isEmpty {
            throw .parameter(name: "templates", value: "an empty list", valid: "one template or more")
        }
        if let template = templates.first(where: { Self.fill($0, with: "a") == $0 }) {
            throw .parameter(
                name: "templates", value: quoted(template), valid: "texts with {} where the name belongs")
        }
        let all = try texts.encode(
            names.flatMap { name in templates.map { Self.fill($0, with: name) } }, progress: progress
        ).normalizedRows()
        let means = NDArray(all).reshaped(to: [names.count, templates.count, all.columns]).mean(axes: [1])
        self.init(names: names, vectors: Matrix(means), scoring: scoring)
    }

    /// A template with a name in place of each `{}`.
    private static func fill(_ template: String, with name: String) -> String {
        let bytes = Array(template.utf8)
        var result: [UInt8] = []
        var place = 0
        while place < bytes.count {
            if bytes[place...].starts(with: "{}".utf8) {
                result += name.utf8
                place += 2
            } else {
                result.append(bytes[place])
                place += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
