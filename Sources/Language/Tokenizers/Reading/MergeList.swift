import Tensor

/// The merges of a vocabulary, as they stand in its file.
struct MergeList {
    /// The tokens of all merges, one after another, and where each ends.
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    private(set) var isRead = false

    init() {}

    /// The merges of a file with one on each line.
    init(lines file: FileBytes) throws(LanguageError) {
        isRead = true
        let fault = file.withBytes { bytes -> String? in
            let utf8 = bytes.bindMemory(to: UInt8.self)
            var (start, number) = (0, 0)
            while start < utf8.count {
                let next = utf8[start...].firstIndex(of: UInt8(ascii: "\n")) ?? utf8.count
                let end = next > start && utf8[next - 1] == UInt8(ascii: "\r") ? next - 1 : next
                number += 1
                guard append(line: UnsafeBufferPointer(rebasing: utf8[start..<end])) else {
                    return "line \(number) must be two tokens with a space between"
                }
                start = next + 1
            }
            return nil
        }
        if let fault { throw .format(path: file.path, reason: fault) }
    }

    /// Reads the list that has begun: of texts with a space in the middle, or of lists of two.
    mutating func read(_ reader: inout JSONReader) throws(JSONReader.Problem) {
        self = MergeList()
        isRead = true
        while let token = try reader.next(), token != .arrayEnd {
            switch token {
            case .string(let line):
                guard line.withContiguousUTF8({ append(line: $0) }) else {
                    throw reader.problem("a merge must be two tokens with a space between")
                }
            case .arrayStart:
                guard case .string(let first)? = try reader.next(), case .string(let second)? = try reader.next(),
                    try reader.next() == .arrayEnd
                else { throw reader.problem("a merge must be two tokens") }
                for token in [first, second] {
                    token.withContiguousUTF8 { bytes.append(contentsOf: $0) }
                    ends.append(bytes.count)
                }
            default: throw reader.problem("a merge must be two tokens")
            }
        }
    }

    /// Adds the merge in a line, unless it says which version the file is of; `false` when it is none.
    private mutating func append(line: UnsafeBufferPointer<UInt8>) -> Bool {
        if line.starts(with: "#version".utf8) { return true }
        guard let space = line.firstIndex(of: UInt8(ascii: " ")),
            !line[(space + 1)...].contains(UInt8(ascii: " "))
        else { return false }
        bytes.append(contentsOf: line[..<space])
        ends.append(bytes.count)
        bytes.append(contentsOf: line[(space + 1)...])
        ends.append(bytes.count)
        return true
    }

    /// The merges by the ids of their tokens.
    ///
    /// - Parameter prefix: what the second token of a merge begins with, and the merged one has not.
    func table(in table: TokenTable, prefix: String, _ reader: ComponentReader) throws(LanguageError) -> MergeTable {
        var result = MergeTable(expecting: ends.count / 2)
        let prefixLength = prefix.utf8.count
        let fault = bytes.withUnsafeBufferPointer { bytes -> Int? in
            var merged: [UInt8] = []
            var start = 0
            for rank in 0..<ends.count / 2 {
                let first = UnsafeBufferPointer(rebasing: bytes[start..<ends[2 * rank]])
                let second = UnsafeBufferPointer(rebasing: bytes[ends[2 * rank]..<ends[2 * rank + 1]])
                start = ends[2 * rank + 1]
                merged.removeAll(keepingCapacity: true)
                merged.append(contentsOf: first)
                merged.append(contentsOf: second.dropFirst(prefixLength))
                guard let firstID = table.id(of: first), let secondID = table.id(of: second),
                    let id = merged.withUnsafeBufferPointer({ table.id(of: $0) })
                else { return rank }
                result.insert(firstID, secondID, MergeTable.Merge(rank: UInt32(truncatingIfNeeded: rank), id: id))
            }
            return nil
        }
        guard let fault else { return result }
        throw reader.problem(
            "merge \(fault + 1) joins \(quoted(token(2 * fault))) and \(quoted(token(2 * fault + 1))); these and what "
                + "they give must be in the vocabulary")
    }

    private func token(_ index: Int) -> String {
        String(decoding: bytes[(index > 0 ? ends[index - 1] : 0)..<ends[index]], as: UTF8.self)
    }
}
