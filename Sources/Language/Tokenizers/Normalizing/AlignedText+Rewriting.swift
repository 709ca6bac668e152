extension AlignedText {
    /// Replaces what matches in each piece.
    mutating func replace(_ pattern: TextPattern, with content: [UInt32]) {
        // Matches are ranges of bytes; the rewriting counts scalars.
        let bytes = self.bytes
        rewrite { piece, scalars, result in
            bytes.withUnsafeBufferPointer { bytes in
                var matcher = pattern.matcher(bytes, in: piece.range)
                var position = piece.range.lowerBound
                var index = 0
                func next() -> UInt32 {
                    let scalar = scalars[index]
                    index += 1
                    position += UTF8Bytes.count(of: scalar)
                    return scalar
                }
                var hasMatch = false
                while let match = matcher.next() {
                    hasMatch = true
                    while position < match.lowerBound { result.append(next()) }
                    while position < match.upperBound {
                        _ = next()
                        result.drop()
                    }
                    for scalar in content { result.append(scalar, 1) }
                }
                while index < scalars.count { result.append(next()) }
                return hasMatch
            }
        }
    }

    /// Makes each byte the character that byte-level vocabularies write it as.
    mutating func mapBytesToCharacters() {
        rewrite { _, scalars, result in
            var encoded: [UInt8] = []
            for scalar in scalars {
                encoded.removeAll(keepingCapacity: true)
                encoded.append(utf8Of: scalar)
                for (index, byte) in encoded.enumerated() {
                    result.append(ByteCharacters.character(of: byte), index > 0 ? 1 : 0)
                }
            }
            return true
        }
    }
}

extension AlignedText.Rewriting {
    /// Puts `content` before the first scalar, whose origin it shares.
    mutating func prepend(_ content: [UInt32], before scalars: [UInt32]) {
        guard let first = scalars.first else { return }
        for (index, scalar) in content.enumerated() { append(scalar, index > 0 ? 1 : 0) }
        append(first, content.isEmpty ? 0 : 1)
        for scalar in scalars.dropFirst() { append(scalar) }
    }
}
