import Tensor

/// The caption of a picture in the text file beside it: `cat.txt` for `cat.png`.
///
/// The first line is the caption. Further lines may hold translations as Tux Paint's stamps have them:
/// `de.utf8=Eine Katze.`
struct Sidecar {
    /// The caption, trimmed; `nil` when there is none in the language asked for.
    var caption: String?
    /// What is missing, for a picture without caption.
    var fault: String = ""
    /// What is to be said of a caption that was found.
    var remark: String = ""
    /// Whether there is such a file.
    var exists: Bool

    /// A caption file has at most this many bytes.
    static let longest = 1 << 20

    /// Reads the caption for the picture at `picturePath`.
    ///
    /// - Parameter language: the language of the line to take, such as `zh_CN`; `nil` for the first line. There is no
    ///   falling back from one language to another.
    init(ofPicture picturePath: String, language: String?) {
        let path = Self.path(ofPicture: picturePath)
        exists = false
        let map: MemoryMap
        do throws(TensorError) {
            guard try FileKind.ofPath(path) != nil else {
                fault = "\(path): no such file"
                return
            }
            exists = true
            map = try MemoryMap(path)
        } catch {
            exists = true
            fault = "\(error)"
            return
        }
        defer { withExtendedLifetime(map) {} }
        guard map.bytes.count <= Self.longest else {
            fault = "\(path): a caption file of \(map.bytes.count) bytes; at most \(Self.longest) are read"
            return
        }
        guard let line = Self.line(in: map.bytes, language: language) else {
            fault = language.map { "\(path): there is no line \($0).utf8=…" } ?? "\(path): the file is empty"
            return
        }
        let text: String
        if let valid = String(validating: line, as: UTF8.self) {
            text = valid
        } else {
            // Every byte is a character in Latin-1, so that the row keeps a text; the remark says how it was read.
            text = String(String.UnicodeScalarView(line.map { Unicode.Scalar($0) }))
            remark = "\(path): not valid UTF-8; read as Latin-1"
        }
        caption = Self.trimmed(text)
        if caption == nil {
            remark = ""
            fault = "\(path): the caption is blank"
        }
    }

    private static func path(ofPicture path: String) -> String {
        guard let dot = path.utf8.lastIndex(of: UInt8(ascii: ".")) else { return path + ".txt" }
        return path[..<dot] + ".txt"
    }

    private static func line(in bytes: UnsafeRawBufferPointer, language: String?) -> UnsafeRawBufferPointer? {
        let lines = TextLines(bytes)
        guard let language else { return lines.first { _ in true } }
        let prefix = Array("\(language).utf8=".utf8)
        return lines.first { $0.starts(with: prefix) }
            .map { UnsafeRawBufferPointer(rebasing: $0[prefix.count...]) }
    }

    private static func trimmed(_ text: String) -> String? {
        let scalars = text.unicodeScalars
        guard let start = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let end = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return nil }
        return String(scalars[start...end])
    }
}
