extension AlignedText {
    /// Cuts each piece at the characters that `isDelimiter` says; each is a match by itself.
    mutating func split(where isDelimiter: (UInt32) -> Bool, _ behavior: SplitBehavior) {
        var sections: [SplitBehavior.Section] = []
        split { bytes, piece, result in
            sections.removeAll(keepingCapacity: true)
            var position = piece.range.lowerBound
            var start = position
            while position < piece.range.upperBound {
                let (scalar, length) = bytes.scalar(at: position)
                if isDelimiter(scalar.value) {
                    if start < position { sections.append((start..<position, false)) }
                    sections.append((position..<position + length, true))
                    start = position + length
                }
                position += length
            }
            if start < position { sections.append((start..<position, false)) }
            behavior.appendPieces(of: sections, to: &result)
        }
    }

    /// Cuts each piece at what matches, or between the matches.
    mutating func split(at pattern: TextPattern, _ behavior: SplitBehavior, inverted: Bool) {
        var sections: [SplitBehavior.Section] = []
        split { bytes, piece, result in
            sections.removeAll(keepingCapacity: true)
            var matcher = pattern.matcher(bytes, in: piece.range)
            var position = piece.range.lowerBound
            while let match = matcher.next() {
                if position < match.lowerBound { sections.append((position..<match.lowerBound, inverted)) }
                sections.append((match, !inverted))
                position = match.upperBound
            }
            if position < piece.range.upperBound { sections.append((position..<piece.range.upperBound, inverted)) }
            behavior.appendPieces(of: sections, to: &result)
        }
    }

    /// Cuts into runs of word characters and runs of what is neither such nor white space.
    mutating func splitIntoWords() {
        let tables = CharacterTables.shared
        split { bytes, piece, result in
            var start = piece.range.lowerBound
            var last: UInt16?
            var position = start
            while position < piece.range.upperBound {
                let (scalar, length) = bytes.scalar(at: position)
                let flags = tables.flags(of: scalar.value).intersection([.word, .wordSpace]).rawValue
                if let last, last != flags {
                    if last != CharacterFlags.wordSpace.rawValue { result.append((start..<position, -1)) }
                    start = position
                }
                last = flags
                position += length
            }
            if let last, last != CharacterFlags.wordSpace.rawValue { result.append((start..<position, -1)) }
        }
    }

    /// Cuts into pieces of `length` characters.
    mutating func split(every length: Int) {
        split { bytes, piece, result in
            var (start, position, count) = (piece.range.lowerBound, piece.range.lowerBound, 0)
            while position < piece.range.upperBound {
                position += bytes.scalar(at: position).length
                count += 1
                if count == length || position == piece.range.upperBound {
                    result.append((start..<position, -1))
                    (start, count) = (position, 0)
                }
            }
        }
    }
}
