/// The index of a model in several files, `model.safetensors.index.json`: which file holds which array.
///
/// The index is not trusted. It is refused when it is longer than 16 MiB, is not exactly JSON, nests deeper than 8,
/// names an array twice or more than 65,536, or names a file that is not simply a `.safetensors` file beside the index.
struct SafetensorsIndex {
    /// The files' names, in order of their first mention.
    let files: [String]
    /// For each array the position in ``files`` of the one that holds it.
    let places: NameTable<Int>

    typealias Problem = JSONReader.Problem

    init(_ bytes: UnsafeRawBufferPointer, path: String) throws(TensorError) {
        guard bytes.count <= SafetensorsHeader.longestHeader else {
            throw .format(path: path, reason: "the index is \(bytes.count) bytes long; at most 16 MiB are read")
        }
        var parser = Parser()
        do throws(Problem) {
            try parser.parse(bytes)
        } catch {
            throw .format(path: path, reason: "the index is damaged at byte \(error.offset): \(error.reason)")
        }
        files = parser.files
        do throws(NameTable<Int>.Duplicate) {
            places = try NameTable(parser.entries)
        } catch {
            throw .format(path: path, reason: "the array \(quoted(error.name)) occurs twice in the index")
        }
    }
}

private struct Parser {
    typealias Problem = SafetensorsIndex.Problem

    var files: [String] = []
    var entries: [(name: String, value: Int)] = []

    mutating func parse(_ bytes: UnsafeRawBufferPointer) throws(Problem) {
        var reader = JSONReader(bytes, deepest: SafetensorsHeader.deepest)
        guard try reader.next() == .objectStart else { throw reader.problem("an object is expected") }
        var seen: [String] = []
        members: while true {
            switch try reader.next() {
            case .key(let key)?:
                if seen.contains(key) { throw reader.problem("\(quoted(key)) occurs twice") }
                // An index has two members; the bound keeps a hostile one from making the search above long.
                guard seen.count < 64 else { throw reader.problem("the index has too many members") }
                seen.append(key)
                if key == "weight_map" { try parseMap(&reader) } else { try Self.skipValue(&reader) }
            default: break members
            }
        }
        guard seen.contains("weight_map") else { throw reader.problem("'weight_map' is missing") }
        _ = try reader.next()
    }

    private mutating func parseMap(_ reader: inout JSONReader) throws(Problem) {
        guard try reader.next() == .objectStart else { throw reader.problem("'weight_map' must be an object") }
        var places: [String: Int] = [:]
        while case .key(let name)? = try reader.next() {
            guard case .string(let file)? = try reader.next() else {
                throw reader.problem("the file of the array \(quoted(name)) must be a text")
            }
            guard entries.count < SafetensorsHeader.mostEntries else {
                throw reader.problem("an index names at most \(SafetensorsHeader.mostEntries) arrays")
            }
            if let place = places[file] {
                entries.append((name, place))
                continue
            }
            guard Self.isPlainName(file) else {
                throw reader.problem(
                    "the file \(quoted(file)) of the array \(quoted(name)) must be the name of a .safetensors file beside the index"
                )
            }
            places[file] = files.count
            entries.append((name, files.count))
            files.append(file)
        }
    }

    /// Reads over a value of any kind.
    private static func skipValue(_ reader: inout JSONReader) throws(Problem) {
        var depth = 0
        repeat {
            switch try reader.next() {
            case .objectStart?, .arrayStart?: depth += 1
            case .objectEnd?, .arrayEnd?: depth -= 1
            case .key?: continue
            default: break
            }
        } while depth > 0
    }

    /// Whether `name` can lead nowhere but to a file in the same directory.
    private static func isPlainName(_ name: String) -> Bool {
        let bytes = name.utf8
        return bytes.count <= 255 && name.hasSuffix(".safetensors") && bytes.first != UInt8(ascii: ".")
            && !bytes.contains {
                $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: ":") || $0 < 0x20
            }
    }
}
