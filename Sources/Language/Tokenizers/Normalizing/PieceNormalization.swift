/// SentencePiece's own normalizer: of what is in its table the longest is replaced, white space is made visible.
///
/// What `tokenizers` does with the same table, ``PrecompiledMap/apply(to:)``, goes by user-perceived characters, and comes
/// to other texts where marks are involved.
struct PieceNormalization: Sendable {
    static let space: UInt32 = 0x2581

    var map: PrecompiledMap?
    /// Pieces that stay as they are; `nil` where there are none.
    var verbatim: ByteTrie?
    var addsPrefix: Bool
    var removesExtraSpaces: Bool
    /// Whether a text is taken for what follows another, so that nothing is put before it or taken off its beginning.
    var continues = false

    func apply(to text: inout AlignedText) {
        text.rewrite { _, scalars, result in
            // Without scalar: so many old ones are dropped.
            var entries: [(scalar: UInt32?, change: Int)] = []
            if addsPrefix, !continues { entries.append((Self.space, 1)) }
            var bytes: [UInt8] = []
            for scalar in scalars { bytes.append(utf8Of: scalar) }
            var endsWithSpace = removesExtraSpaces && !continues
            var isSpace = false
            func append(_ new: some Sequence<UInt32>, for count: Int) {
                let before = entries.count
                for scalar in new {
                    let isFirst = entries.count == before
                    if isFirst, endsWithSpace, scalar == 0x20 { continue }
                    entries.append((scalar == 0x20 ? Self.space : scalar, isFirst ? 1 - count : 1))
                    endsWithSpace = false
                    isSpace = scalar == 0x20
                }
                if entries.count == before {
                    entries.append((nil, count))
                } else {
                    endsWithSpace = removesExtraSpaces && isSpace
                }
            }
            bytes.withUnsafeBufferPointer { bytes in
                var position = 0
                while position < bytes.count {
                    let next = position + bytes.scalar(at: position).length
                    if let end = verbatimEnd(bytes, position) {
                        let piece = UnsafeBufferPointer(rebasing: bytes[position..<end])
                        append(Self.scalars(piece[...]), for: Self.count(piece))
                        position = end
                    } else if let (end, new) = map?.longest(in: bytes, from: position) {
                        append(Self.scalars(new), for: Self.count(UnsafeBufferPointer(rebasing: bytes[position..<end])))
                        position = end
                    } else {
                        append(CollectionOfOne(bytes.scalar(at: position).scalar.value), for: 1)
                        position = next
                    }
                }
            }
            if removesExtraSpaces {
                while let last = entries.last, last.scalar ?? Self.space == Self.space { entries.removeLast() }
            }
            for (scalar, change) in entries {
                if let scalar { result.append(scalar, change) } else { result.drop(change) }
            }
            return true
        }
    }

    /// Where the longest piece that stays as it is ends.
    private func verbatimEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
        guard let verbatim else { return nil }
        var (node, position, end) = (ByteTrie.root, start, Int?.none)
        while position < bytes.count {
            node = verbatim.child(node, bytes[position])
            if node == 0 { break }
            position += 1
            if verbatim.values[Int(node)] >= 0 { end = position }
        }
        return end
    }

    private static func scalars(_ bytes: some Collection<UInt8>) -> some Sequence<UInt32> {
        String(decoding: bytes, as: UTF8.self).unicodeScalars.lazy.map(\.value)
    }

    private static func count(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        bytes.count { $0 & 0xC0 != 0x80 }
    }
}
