/// What separates the fields of a CSV file.
public enum TableDelimiter: Sendable, Hashable, CaseIterable {
    case comma
    case semicolon
    case tab
    /// Whichever of the three occurs most often in the header, outside quotes; the comma when there is none or a tie.
    case automatic

    /// The byte, or `nil` for ``automatic``.
    var byte: UInt8? {
        switch self {
        case .comma: UInt8(ascii: ",")
        case .semicolon: UInt8(ascii: ";")
        case .tab: UInt8(ascii: "\t")
        case .automatic: nil
        }
    }

    /// The delimiter's byte, found in the first line of `bytes` if need be.
    func byte(in bytes: UnsafeRawBufferPointer) -> UInt8 {
        if let byte { return byte }
        let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
        var counts = [0, 0, 0]
        var isQuoted = false
        var isBlank = true
        for byte in bytes {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if isQuoted {
                isBlank = false
                continue
            }
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                if isBlank { continue }
                break
            }
            isBlank = false
            if let index = candidates.firstIndex(of: byte) { counts[index] += 1 }
        }
        let best = counts.indices.max { (counts[$0], -$0) < (counts[$1], -$1) } ?? 0
        return candidates[best]
    }
}
