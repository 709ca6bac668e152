extension UnsafeBufferPointer<UInt8> {
    /// The scalar that starts at byte `position`, and its length in bytes. The bytes must be valid UTF-8.
    ///
    /// - Complexity: O(1).
    func scalar(at position: Int) -> (scalar: Unicode.Scalar, length: Int) {
        let first = self[position]
        func tail(_ offset: Int) -> UInt32 { UInt32(self[position + offset] & 0x3F) }
        let value: UInt32
        let length: Int
        switch first {
        case ..<0x80: (value, length) = (UInt32(first), 1)
        case ..<0xE0: (value, length) = (UInt32(first & 0x1F) << 6 | tail(1), 2)
        case ..<0xF0: (value, length) = (UInt32(first & 0x0F) << 12 | tail(1) << 6 | tail(2), 3)
        default: (value, length) = (UInt32(first & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4)
        }
        return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
    }

    /// Where the scalar before byte `position` starts.
    func start(ofScalarBefore position: Int) -> Int {
        var start = position - 1
        while start > 0 && self[start] & 0xC0 == 0x80 { start -= 1 }
        return start
    }

    /// Consecutive ranges of at most `size` bytes that cover the text, cut after a space where there is one, else
    /// between scalars. One range for all but enormous texts.
    ///
    /// - Precondition: `size >= 4`.
    /// - Complexity: O(count).
    func windows(of size: Int) -> [Range<Int>] {
        precondition(size >= 4, "a window must hold any scalar")
        var result: [Range<Int>] = []
        var start = 0
        while count - start > size {
            var cut = start + size
            while cut > start && self[cut - 1] != UInt8(ascii: " ") { cut -= 1 }
            if cut == start {
                cut = start + size
                while self[cut] & 0xC0 == 0x80 { cut -= 1 }
            }
            result.append(start..<cut)
            start = cut
        }
        if start < count { result.append(start..<count) }
        return result
    }

    /// The bytes in `range` as text.
    func text(in range: Range<Int>) -> String { String(decoding: self[range], as: UTF8.self) }
}

extension String {
    /// Calls `body` with the text's UTF-8 bytes, without copying them where they are contiguous already.
    func withContiguousUTF8<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        var copy = self
        return copy.withUTF8(body)
    }
}

extension UInt8 {
    var isASCIILetter: Bool { (self | 0x20) &- 0x61 < 26 }
    var isASCIIDigit: Bool { self &- 0x30 < 10 }
    var isASCIISpace: Bool { self == 0x20 || self &- 0x09 < 5 }
}

extension Unicode.Scalar {
    /// Whether the scalar may be part of a user name or a tag: a letter, mark, digit or connecting line.
    var isNamePart: Bool {
        if isASCII { return UInt8(value).isASCIILetter || UInt8(value).isASCIIDigit || self == "_" }
        return properties.isAlphabetic || properties.isGraphemeExtend || properties.numericType == .decimal
    }
}
