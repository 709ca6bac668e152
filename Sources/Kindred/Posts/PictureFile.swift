import Tensor

/// What can be said of a picture's file without decoding it.
enum PictureFile {
    /// What is wrong with the picture at `path`; `nil` when it is a file that may be read.
    static func fault(_ path: String) -> RowStatus? {
        let kind: FileKind?
        do throws(TensorError) {
            kind = try FileKind.ofPath(path)
        } catch {
            return RowStatus(.unreadable, "\(error)")
        }
        switch kind {
        case .regular:
            return FileKind.reasonAgainstReading(path).map { RowStatus(.unreadable, "\(path): \($0)") }
        case .directory: return RowStatus(.unreadable, "\(path): it is a directory")
        case .special: return RowStatus(.unreadable, "\(path): it is a pipe, socket or device")
        case nil: return RowStatus(.missingImage, "\(path): no such file")
        }
    }

    /// `path` as it is when absolute, else below `root`.
    static func resolve(_ path: String, root: String) -> String {
        if path.hasPrefix("/") || root.isEmpty { return path }
        return root.hasSuffix("/") ? root + path : root + "/" + path
    }

    /// The directory in which the file at `path` lies; empty for the current one.
    static func directory(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
