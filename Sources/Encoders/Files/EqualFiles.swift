import Imaging
import Tensor

/// Which files have the same content.
enum EqualFiles {
    /// What tells files apart.
    private enum Identity: Hashable {
        case content(ContentKey)
        /// For files that nobody has to look into.
        case place(Int)
    }

    /// For each path the place of the first whose file has the same bytes. A file that cannot be read equals no other.
    ///
    /// Only files are read that have as many bytes as another.
    ///
    /// - Parameters:
    ///   - limit: files with more bytes than this are not read.
    ///   - progress: is told how many files were read, where any are.
    /// - Throws: ``EncoderError/cancelled``.
    static func first(
        of paths: [String], limit: Int, progress: ProgressHandler
    ) throws(EncoderError) -> [Int] {
        let sizes = parallelMap(paths.count) { FileSystem.size(paths[$0]) }
        var counts: [Int: Int] = [:]
        for case let size? in sizes { counts[size, default: 0] += 1 }
        func isSuspect(_ place: Int) -> Bool {
            sizes[place].map { $0 <= limit && counts[$0, default: 0] > 1 } ?? false
        }
        let watch = Watch(progress, "comparing files", paths.indices.count(where: isSuspect))
        let identities = parallelMap(paths.count) { place -> Identity in
            guard isSuspect(place), !watch.isStopped else { return .place(place) }
            defer { watch.add(1) }
            return (try? FileReader.bytes(ofFile: paths[place], limit: limit)).map { .content(ContentKey($0)) }
                ?? .place(place)
        }
        if watch.isStopped { throw .cancelled }
        return PackedBatches.first(of: identities)
    }
}
