/// The lines of a text file as bytes, without their ends (LF or CRLF) and without a byte order mark.
///
/// The end of the last line starts no further line.
struct TextLines: Sequence, IteratorProtocol {
    private var rest: Slice<UnsafeRawBufferPointer>
    /// The number of the line that ``next()`` gave last, from 1.
    private(set) var number = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        rest = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    }

    mutating func next() -> UnsafeRawBufferPointer? {
        guard !rest.isEmpty else { return nil }
        number += 1
        let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
        var line = rest[..<end]
        rest = end == rest.endIndex ? rest[end...] : rest[(end + 1)...]
        if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
        return UnsafeRawBufferPointer(rebasing: line)
    }
}
