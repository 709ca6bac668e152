import Tensor

/// Finds the pictures in a directory and below it.
struct PictureFolder {
    /// The endings of names that are taken for pictures, in any case.
    static let extensions = ["png", "jpg", "jpeg", "webp", "gif"]

    struct Picture {
        /// The path below the directory.
        var name: [UInt8]
        /// The path below the directory as text; bytes that are not UTF-8 are written `%FF`.
        var id: String
        var fault: RowStatus?
    }

    /// In the byte order of their paths.
    private(set) var pictures: [Picture] = []
    /// Directories that were not searched.
    private(set) var skipped: [PostCollection.SkippedPath] = []
    /// The number of files that are no pictures, hidden ones aside.
    private(set) var otherFiles = 0

    private let root: String

    /// - Throws: ``KindredError/file(path:reason:)`` when `root` cannot be listed.
    init(_ root: String) throws(KindredError) {
        self.root = root
        let entries = try kindredErrors(root) { () throws(TensorError) in try Directory.entries(of: root) }
        // A stack of its own: no nesting, however deep, can overflow the program's.
        var pending = take(entries, below: [])
        while let directory = pending.popLast() {
            guard let path = String(validating: directory, as: UTF8.self) else {
                skip(directory, "its name is not valid UTF-8; rename it")
                continue
            }
            do throws(TensorError) {
                pending += take(try Directory.entries(of: PictureFile.resolve(path, root: root)), below: directory)
            } catch {
                if case .file(_, let reason) = error { skip(directory, reason) } else { skip(directory, "\(error)") }
            }
        }
        pictures.sort { $0.name.lexicographicallyPrecedes($1.name) }
        skipped.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// Records the pictures among `entries` and returns the directories.
    private mutating func take(_ entries: [Directory.Entry], below directory: [UInt8]) -> [[UInt8]] {
        var directories: [[UInt8]] = []
        for entry in entries where entry.name.first != UInt8(ascii: ".") {
            let name = directory.isEmpty ? entry.name : directory + [UInt8(ascii: "/")] + entry.name
            if entry.kind == .directory, !entry.isLink {
                directories.append(name)
                continue
            }
            let path = String(validating: name, as: UTF8.self).map { PictureFile.resolve($0, root: root) }
            if entry.isLink, let path, (try? FileKind.ofPath(path)) == .directory {
                skip(name, "it is a symbolic link to a directory; these are not followed")
            } else if Self.isPicture(entry.name) {
                let fault =
                    path.map(PictureFile.fault) ?? RowStatus(.unreadable, "its name is not valid UTF-8; rename it")
                pictures.append(Picture(name: name, id: Self.text(name), fault: fault))
            } else {
                otherFiles += 1
            }
        }
        return directories
    }

    private mutating func skip(_ name: [UInt8], _ reason: String) {
        skipped.append(.init(path: PictureFile.resolve(Self.text(name), root: root), reason: reason))
    }

    private static func isPicture(_ name: [UInt8]) -> Bool {
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > 0 else { return false }
        let ending = name[(dot + 1)...].map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
        return extensions.contains { ending.elementsEqual($0.utf8) }
    }

    /// `name` as text, reversible enough that two names never become one.
    private static func text(_ name: [UInt8]) -> String {
        if let text = String(validating: name, as: UTF8.self) { return text }
        return String(
            decoding: name.flatMap { byte -> [UInt8] in
                byte < 0x80 && byte != UInt8(ascii: "%")
                    ? [byte] : Array("%\(String(byte, radix: 16, uppercase: true))".utf8)
            }, as: UTF8.self)
    }
}
