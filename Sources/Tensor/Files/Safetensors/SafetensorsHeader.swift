/// The header of a `.safetensors` file: which arrays it holds, and where.
///
/// Nothing in it is believed before it is checked: see ``SafetensorsFile``.
///
/// - Reference: https://huggingface.co/docs/safetensors, section "Format".
struct SafetensorsHeader {
    /// The arrays, in byte order of their names.
    let entries: NameTable<SafetensorsFile.Entry>
    let metadata: [String: String]
    /// Where the numbers start.
    let dataOffset: Int

    static let longestHeader = 16 << 20
    static let mostEntries = 1 << 16
    static let mostDimensions = 8
    static let deepest = 8

    init(_ file: UnsafeRawBufferPointer, path: String) throws(TensorError) {
        func problem(_ reason: String) -> TensorError { .format(path: path, reason: reason) }
        guard file.count >= 8 else {
            throw problem("not a .safetensors file: it has \(file.count) bytes, and the shortest header is longer")
        }
        let length = UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
        guard length <= Self.longestHeader else {
            throw problem("not a .safetensors file: its header would be \(length) bytes long; at most 16 MiB are read")
        }
        let end = 8 + Int(length)
        guard end <= file.count else {
            throw problem("the file is cut short inside its header: \(end) bytes expected, \(file.count) found")
        }
        guard end > 8, file[8] == UInt8(ascii: "{") else {
            throw problem("not a .safetensors file: its header does not start with '{'")
        }
        var parser = Parser(UnsafeRawBufferPointer(rebasing: file[8..<end]))
        do throws(JSONReader.Problem) {
            try parser.parse()
        } catch {
            throw problem("the header is damaged at byte \(8 + error.offset): \(error.reason)")
        }
        dataOffset = end
        metadata = parser.metadata
        entries = try Self.checked(parser.entries, byteCount: file.count - end, problem)
    }

    /// The entries in byte order of their names, once no name occurs twice and their ranges cover all bytes exactly
    /// once.
    private static func checked(
        _ entries: [SafetensorsFile.Entry], byteCount: Int, _ problem: (String) -> TensorError
    ) throws(TensorError) -> NameTable<SafetensorsFile.Entry> {
        let byName: NameTable<SafetensorsFile.Entry>
        do throws(NameTable<SafetensorsFile.Entry>.Duplicate) {
            byName = try NameTable(entries.map { ($0.name, $0) })
        } catch {
            throw problem("the array \(quoted(error.name)) occurs twice")
        }
        for entry in byName.values {
            let described =
                "the array \(quoted(entry.name)) of type \(entry.elementType.safetensorsCode) and shape \(entry.shape)"
            guard let expected = entry.elementType.byteCount(of: entry.shape) else {
                throw problem("\(described) has more elements than memory could hold")
            }
            guard entry.range.count == expected else {
                throw problem(
                    "\(described) takes \(expected) bytes; its range \(describe(entry.range)) has \(entry.range.count)")
            }
            guard entry.range.upperBound <= byteCount else {
                throw problem(
                    "\(described) lies at bytes \(describe(entry.range)), and the file holds \(byteCount): it is cut short "
                        + "or damaged")
            }
        }
        var covered = 0
        let byPlace = byName.values.sorted {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        for entry in byPlace {
            let start = entry.range.lowerBound
            guard start == covered else {
                throw problem(
                    "the array \(quoted(entry.name)) starts at byte \(start) of the numbers, "
                        + (start < covered
                            ? "inside another one" : "after \(start - covered) bytes that belong to none"))
            }
            covered = entry.range.upperBound
        }
        guard covered == byteCount else {
            throw problem("the last \(byteCount - covered) bytes belong to no array")
        }
        return byName
    }

    private static func describe(_ range: Range<Int>) -> String { "\(range.lowerBound)..<\(range.upperBound)" }
}

/// Reads what the header says. Names are checked for form only; places are checked afterwards.
private struct Parser {
    var entries: [SafetensorsFile.Entry] = []
    var metadata: [String: String] = [:]
    private var hasMetadata = false
    private var reader: JSONReader

    typealias Problem = JSONReader.Problem

    init(_ bytes: UnsafeRawBufferPointer) { reader = JSONReader(bytes, deepest: SafetensorsHeader.deepest) }

    mutating func parse() throws(Problem) {
        try expect(.objectStart, "an object")
        while let name = try nextKey() {
            if name == "__metadata__" {
                if hasMetadata { throw reader.problem("'__metadata__' occurs twice") }
                hasMetadata = true
                try parseMetadata()
            } else {
                guard entries.count < SafetensorsHeader.mostEntries else {
                    throw reader.problem("a file has at most \(SafetensorsHeader.mostEntries) arrays")
                }
                entries.append(try entry(name))
            }
        }
        // Only spaces may follow.
        _ = try reader.next()
    }

    private mutating func parseMetadata() throws(Problem) {
        try expect(.objectStart, "an object of texts for '__metadata__'")
        while let key = try nextKey() {
            guard case .string(let text)? = try reader.next() else {
                throw reader.problem("the metadata \(quoted(key)) must be a text")
            }
            if metadata.updateValue(text, forKey: key) != nil {
                throw reader.problem("the metadata \(quoted(key)) occur twice")
            }
        }
    }

    private mutating func entry(_ name: String) throws(Problem) -> SafetensorsFile.Entry {
        var type: ElementType?
        var shape: [Int]?
        var offsets: [Int]?
        try expect(.objectStart, "an object for the array \(quoted(name))")
        while let key = try nextKey() {
            switch key {
            case "dtype" where type == nil: type = try self.type(of: name)
            case "shape" where shape == nil:
                shape = try numbers(atMost: SafetensorsHeader.mostDimensions, "dimensions", of: name)
            case "data_offsets" where offsets == nil: offsets = try numbers(atMost: 2, "offsets", of: name)
            case "dtype", "shape", "data_offsets":
                throw reader.problem("\(quoted(key)) of the array \(quoted(name)) occurs twice")
            default: throw reader.problem("\(quoted(key)) of the array \(quoted(name)) does not belong there")
            }
        }
        guard let type, let shape, let offsets else {
            let missing = type == nil ? "dtype" : shape == nil ? "shape" : "data_offsets"
            throw reader.problem("'\(missing)' of the array \(quoted(name)) is missing")
        }
        guard offsets.count == 2, offsets[0] <= offsets[1] else {
            throw reader.problem(
                "the 'data_offsets' of the array \(quoted(name)) must be its start and its end; \(offsets) found")
        }
        return SafetensorsFile.Entry(name: name, elementType: type, shape: shape, range: offsets[0]..<offsets[1])
    }

    private mutating func type(of name: String) throws(Problem) -> ElementType {
        guard case .string(let code)? = try reader.next() else {
            throw reader.problem("the 'dtype' of the array \(quoted(name)) must be a text")
        }
        guard let type = ElementType(safetensorsCode: code) else {
            let known = ElementType.allCases.map(\.safetensorsCode).joined(separator: ", ")
            throw reader.problem("the array \(quoted(name)) is of type \(quoted(code)); \(known) are read")
        }
        return type
    }

    private mutating func numbers(atMost most: Int, _ what: String, of name: String) throws(Problem) -> [Int] {
        try expect(.arrayStart, "an array of the \(what) of \(quoted(name))")
        var result: [Int] = []
        while true {
            switch try reader.next() {
            case .arrayEnd?: return result
            case .integer(let number)? where number >= 0:
                guard result.count < most else {
                    throw reader.problem("the array \(quoted(name)) has more than \(most) \(what)")
                }
                result.append(number)
            default:
                throw reader.problem(
                    "the \(what) of the array \(quoted(name)) must be whole numbers from 0 to \(Int.max)")
            }
        }
    }

    private mutating func expect(_ token: JSONReader.Token, _ what: String) throws(Problem) {
        guard try reader.next() == token else { throw reader.problem("\(what) is expected") }
    }

    /// The next key, or `nil` at the object's end.
    private mutating func nextKey() throws(Problem) -> String? {
        switch try reader.next() {
        case .key(let key)?: return key
        case .objectEnd?: return nil
        default: throw reader.problem("a key is expected")
        }
    }
}
