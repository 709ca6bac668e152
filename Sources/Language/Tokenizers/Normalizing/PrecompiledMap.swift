/// SentencePiece's table of what characters become: a double array that leads from bytes to places in a text.
///
/// - Reference: the format is that of SentencePiece's `precompiled_charsmap`; the tree is a darts-clone double array.
struct PrecompiledMap: Sendable {
    private let units: [UInt32]
    /// What things become, each ended by a zero.
    private let texts: [UInt8]

    /// Reads a map; `nil` where it is damaged.
    init?(_ bytes: [UInt8]) {
        func number(at place: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
        }
        guard bytes.count >= 4 else { return nil }
        let size = Int(number(at: 0))
        guard size % 4 == 0, size >= 4, size <= bytes.count - 4 else { return nil }
        units = (0..<size / 4).map { number(at: 4 + 4 * $0) }
        texts = Array(bytes[(4 + size)...])
        guard String(validating: texts, as: UTF8.self) != nil,
            texts.split(separator: 0).allSatisfy({ $0.count <= Self.longestText })
        else { return nil }
    }

    /// How many bytes may be looked up, and put in their place, at once: no file makes a text much longer.
    private static let longestText = 1024

    /// What the shortest beginning of `key` that is in the map becomes.
    ///
    /// That a beginning decides about the whole is a peculiarity of the reference.
    ///
    /// - Complexity: O(key + result).
    func text(for key: UnsafeBufferPointer<UInt8>) -> ArraySlice<UInt8>? {
        var result: ArraySlice<UInt8>?
        lookUp(key, from: 0) { _, start in
            result = text(at: start)
            return false
        }
        return result
    }

    /// Where the longest part of a text that is in the map ends, and what it becomes.
    ///
    /// - Complexity: O(part + result).
    func longest(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> (end: Int, text: ArraySlice<UInt8>)? {
        var found: (end: Int, place: Int)?
        lookUp(text, from: start) { end, place in
            if end == text.count || text[end] & 0xC0 != 0x80 { found = (end, place) }
            return true
        }
        return found.flatMap { found in self.text(at: found.place).map { (found.end, $0) } }
    }

    /// Calls `body` with the end and the value of each part that starts at `start`, shorter ones first, until it answers
    /// `false`.
    private func lookUp(_ text: UnsafeBufferPointer<UInt8>, from start: Int, _ body: (Int, Int) -> Bool) {
        func offset(_ unit: UInt32) -> Int { Int(unit >> 10) << Int((unit & 1 << 9) >> 6) }
        var node = offset(units[0])
        for position in start..<min(text.count, start + Self.longestText) {
            let byte = text[position]
            if byte == 0 { return }
            node ^= Int(byte)
            guard node < units.count else { return }
            let unit = units[node]
            guard unit & (1 << 31 | 0xFF) == UInt32(byte) else { return }
            node ^= offset(unit)
            if unit >> 8 & 1 == 1 {
                guard node < units.count else { return }
                guard body(position + 1, Int(units[node] & ~(1 << 31))) else { return }
            }
        }
    }

    private func text(at start: Int) -> ArraySlice<UInt8>? {
        // A place inside a character would be no text.
        guard start <= texts.count, start == texts.count || texts[start] & 0xC0 != 0x80 else { return nil }
        return texts[start..<(texts[start...].firstIndex(of: 0) ?? texts.count)]
    }

    func apply(to text: inout AlignedText) {
        let clusters = ClusterScanner()
        text.rewrite { _, scalars, result in
            var isChanged = false
            var key: [UInt8] = []
            func replace(_ old: ArraySlice<UInt32>) -> Bool {
                key.removeAll(keepingCapacity: true)
                for scalar in old { key.append(utf8Of: scalar) }
                guard let new = key.withUnsafeBufferPointer({ self.text(for: $0) }) else { return false }
                let added = String(decoding: new, as: UTF8.self).unicodeScalars
                for scalar in added { result.append(scalar.value) }
                let difference = added.count - old.count
                if difference > 0 { result.markInserted(last: difference) }
                if difference < 0 { result.changeLast(by: difference) }
                isChanged = true
                return true
            }
            var start = 0
            while start < scalars.count {
                let end = clusters.end(in: scalars, from: start)
                let cluster = scalars[start..<end]
                start = end
                if cluster.count == 1 || cluster.reduce(0, { $0 + UTF8Bytes.count(of: $1) }) < 6 {
                    if replace(cluster) { continue }
                }
                for index in cluster.indices where cluster.count == 1 || !replace(cluster[index...index]) {
                    result.append(cluster[index])
                }
            }
            return isChanged
        }
    }
}

/// Finds user-perceived characters, as far as short ones need it: rules that only join characters of six bytes and more
/// are left out, since those are looked up one by one anyway.
///
/// - Reference: Unicode Standard Annex #29, section 3.
struct ClusterScanner {
    private let tables = CharacterTables.shared

    /// Where the user-perceived character that starts at `start` ends.
    func end(in scalars: [UInt32], from start: Int) -> Int {
        var flags = tables.flags(of: scalars[start])
        let isPictographic = flags.contains(.pictographic)
        var end = start + 1
        while end < scalars.count {
            let (last, next) = (scalars[end - 1], scalars[end])
            let nextFlags = tables.flags(of: next)
            let joins: Bool
            if last == 0x0D, next == 0x0A {
                joins = true
            } else if flags.contains(.breaking) || nextFlags.contains(.breaking) {
                joins = false
            } else {
                joins =
                    nextFlags.contains(.joining) || flags.contains(.prepended)
                    || (last == 0x200D && isPictographic && nextFlags.contains(.pictographic))
                    || HangulSyllables.join(last, next)
            }
            if !joins { break }
            flags = nextFlags
            end += 1
        }
        return end
    }
}
