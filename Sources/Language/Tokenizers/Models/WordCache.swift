/// Remembers the tokens of words. One per thread: nothing that is answered depends on what it holds.
struct WordCache {
    private struct Entry {
        var hash: UInt64 = 0
        var keyStart: UInt32 = 0
        var keyCount: UInt32 = 0
        var idStart: UInt32 = 0
        /// One more than there are ids; 0 where the place is empty.
        var idCount: UInt32 = 0
    }

    private static let capacity = 1 << 15
    private static let longestWord = 64
    /// Empty until the first word comes.
    private var entries: [Entry] = []
    private var keys: [UInt8] = []
    private var ids: [Int32] = []
    private var count = 0

    /// The place of a word, or the empty one where it belongs.
    @inline(__always)
    private func slot(of word: UnsafeBufferPointer<UInt8>, _ hash: UInt64) -> Int {
        let mask = Self.capacity - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while entries[slot].idCount > 0 {
            let entry = entries[slot]
            if entry.hash == hash, Int(entry.keyCount) == word.count, isKey(of: entry, word) { break }
            slot = (slot + 1) & mask
        }
        return slot
    }

    @inline(__always)
    private func isKey(of entry: Entry, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
        keys.withUnsafeBufferPointer {
            let key = $0[Int(entry.keyStart)..<Int(entry.keyStart + entry.keyCount)]
            return ByteHash.areEqual(UnsafeBufferPointer(rebasing: key), word)
        }
    }

    /// Appends the ids of a word, if it is known.
    @inline(__always)
    func appendKnownIDs(of word: UnsafeBufferPointer<UInt8>, to result: inout [Int32]) -> Bool {
        guard count > 0, word.count <= Self.longestWord, let start = word.baseAddress else { return false }
        let entry = entries[slot(of: word, ByteHash.hash(start, count: word.count))]
        guard entry.idCount > 0 else { return false }
        let first = Int(entry.idStart)
        for index in first..<first + Int(entry.idCount) - 1 { result.append(ids[index]) }
        return true
    }

    /// Remembers a word that is not known.
    mutating func insert(_ word: UnsafeBufferPointer<UInt8>, _ found: ArraySlice<Int32>) {
        guard word.count <= Self.longestWord, let start = word.baseAddress else { return }
        if entries.isEmpty || count >= Self.capacity / 2 {
            // When it is full it starts anew, with the words that come now.
            entries = [Entry](repeating: Entry(), count: Self.capacity)
            keys.removeAll(keepingCapacity: true)
            ids.removeAll(keepingCapacity: true)
            count = 0
        }
        let hash = ByteHash.hash(start, count: word.count)
        entries[slot(of: word, hash)] = Entry(
            hash: hash, keyStart: UInt32(keys.count), keyCount: UInt32(word.count), idStart: UInt32(ids.count),
            idCount: UInt32(found.count + 1))
        keys.append(contentsOf: word)
        ids.append(contentsOf: found)
        count += 1
    }
}
