import Tensor

/// The weights of a model while it is put together: each is taken once, and none may be left over.
final class ModelWeights {
    private let collection: SafetensorsCollection
    private var taken: Set<String> = []
    private var knownDigests: [String] = []
    /// Where the model's files are.
    let directory: String

    /// Opens `model.safetensors`, or the files that its index names.
    init(directory: String) throws(EncoderError) {
        do { collection = try SafetensorsCollection(directory) } catch { throw .tensor(error) }
        self.directory = directory
    }

    /// The SHA-256 of each of the files that hold the weights, in hexadecimal digits.
    ///
    /// - Parameter directory: where digests are remembered.
    func digests(rememberedIn directory: String) -> [String] {
        if knownDigests.isEmpty {
            knownDigests = collection.files.compactMap(\.map).map { ContentDigest(directory: directory).digest(of: $0) }
        }
        return knownDigests
    }

    var path: String { collection.path }

    func has(_ name: String) -> Bool { collection.entry(named: name) != nil }

    /// The shape of a weight; `nil` when there is none of this name.
    func shape(_ name: String) -> [Int]? { collection.entry(named: name)?.shape }

    /// The weight of this name and shape.
    ///
    /// - Throws: ``EncoderError/tensor(_:)``, which names it, when it is missing, has another shape, or is not finite.
    func array(_ name: String, _ shape: Int...) throws(EncoderError) -> NDArray { try array(name, shape: shape) }

    func array(_ name: String, shape: [Int]) throws(EncoderError) -> NDArray {
        taken.insert(name)
        do { return try collection.array(named: name, shape: shape, requiringFinite: true) } catch {
            throw .tensor(error)
        }
    }

    /// Takes a weight without reading it, where it is known from elsewhere.
    ///
    /// - Throws: As ``array(_:_:)``, when it is missing or has another shape.
    func pass(_ name: String, _ shape: Int...) throws(EncoderError) {
        if self.shape(name) == shape { taken.insert(name) } else { _ = try array(name, shape: shape) }
    }

    func matrix(_ name: String, _ rows: Int, _ columns: Int) throws(EncoderError) -> Matrix {
        Matrix(try array(name, rows, columns))
    }

    /// Lets the system drop the pages of the files that have been read: what was made of them is elsewhere, and what is
    /// used where it lies is read again when it is touched.
    func releasePages() {
        for file in collection.files { file.map?.releasePages() }
    }

    /// The first of some prefixes with which there is a weight of this name.
    func prefix(of name: String, among prefixes: [String]) -> String {
        prefixes.first { has($0 + name) } ?? prefixes[0]
    }

    /// Throws when a weight has not been taken that does not begin with one of `ignored`, or end so where it begins
    /// with an asterisk.
    func finish(ignoring ignored: [String]) throws(EncoderError) {
        for name in collection.names where !taken.contains(name) {
            let isIgnored = ignored.contains {
                $0.hasPrefix("*") ? name.hasSuffix($0.dropFirst()) : name.hasPrefix($0)
            }
            if !isIgnored { throw .surplusWeight(path: path, name: name) }
        }
        releasePages()
    }
}
