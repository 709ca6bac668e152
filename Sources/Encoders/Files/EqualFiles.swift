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
    /// - Parameter limit: files with more bytes than this are not read.
    static func first(of paths: [String], limit: Int) -> [Int] {
        let sizes = parallelMap(paths.count) { HubFiles.size(paths[$0]) }
        var counts: [Int: Int] = [:]
        for case let size? in sizes { counts[size, default: 0] += 1 }
        return PackedBatches.first(
            of: parallelMap(paths.count) { place -> Identity in
                guard let size = sizes[place], size <= limit, counts[size, default: 0] > 1,
                    let bytes = try? FileReader.bytes(ofFile: paths[place], limit: limit)
                else { return .place(place) }
                return .content(ContentKey(bytes))
            })
    }
}
