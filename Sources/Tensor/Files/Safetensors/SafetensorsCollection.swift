/// The named arrays of a model in `.safetensors` files: one, or several with an index.
///
/// ```swift
/// let weights = try SafetensorsCollection("models/encoder")
/// let embedding = try weights.array(named: "embeddings.word_embeddings.weight")
/// ```
///
/// Files are treated as ``SafetensorsFile`` treats them: mapped into memory, and not trusted. The index may name only
/// files beside it.
public struct SafetensorsCollection: Sendable {
    /// The directory, index or file that was opened.
    public let path: String
    /// The files, in the order in which the index first mentions them.
    public let files: [SafetensorsFile]
    /// For each array the position of its file in ``files``.
    private let places: NameTable<Int>

    /// Opens what is at `path`: a directory that holds `model.safetensors.index.json` or, without that,
    /// `model.safetensors`; an index, whose name ends with `.json`; or a single file.
    ///
    /// An array that the index does not mention is not part of the collection.
    ///
    /// - Throws: ``TensorError/file(path:reason:)`` when a file is missing or cannot be read;
    ///   ``TensorError/format(path:reason:)`` when one is damaged or lacks an array that the index says it holds.
    /// - Complexity: O(length of all headers + n log n) for n arrays.
    public init(_ path: String) throws(TensorError) {
        self.path = path
        var main = path
        if try FileKind.ofPath(path) == .directory {
            main = path + "/model.safetensors.index.json"
            if try FileKind.ofPath(main) == nil { main = path + "/model.safetensors" }
        }
        guard main.hasSuffix(".json") else {
            let file = try SafetensorsFile(main)
            files = [file]
            places = file.table.mapValues { _ in 0 }
            return
        }
        let content = try FileBytes(mapping: main)
        let index = try content.withBytes { (bytes) throws(TensorError) in try SafetensorsIndex(bytes, path: main) }
        let directory = main.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(main[...$0]) } ?? ""
        var files: [SafetensorsFile] = []
        for name in index.files { files.append(try SafetensorsFile(directory + name)) }
        for (name, file) in zip(index.places.names, index.places.values) where files[file].entry(named: name) == nil {
            throw .format(
                path: files[file].path,
                reason: "there is no array \(quoted(name)), which the index says is in this file")
        }
        self.files = files
        places = index.places
    }

    /// The arrays' names, in byte order.
    public var names: [String] { places.names }

    /// What its file's header says about the array called `name`, or `nil` when there is none.
    ///
    /// - Complexity: O(log n).
    public func entry(named name: String) -> SafetensorsFile.Entry? { file(holding: name)?.entry(named: name) }

    /// The array called `name`, converted to `Float`, as by ``SafetensorsFile/array(named:shape:requiringFinite:)``.
    public func array(
        named name: String, shape: [Int]? = nil, requiringFinite: Bool = false
    ) throws(TensorError) -> NDArray {
        guard let file = file(holding: name) else { throw .missingArray(name, path: path, names: names) }
        return try file.array(named: name, shape: shape, requiringFinite: requiringFinite)
    }

    /// The elements of the array of integers or booleans called `name`, as by
    /// ``SafetensorsFile/integers(named:shape:)``.
    public func integers(named name: String, shape: [Int]? = nil) throws(TensorError) -> [Int] {
        guard let file = file(holding: name) else { throw .missingArray(name, path: path, names: names) }
        return try file.integers(named: name, shape: shape)
    }

    private func file(holding name: String) -> SafetensorsFile? { places[name].map { files[$0] } }
}
