/// In which order and company items are computed: equal items once, similar lengths together.
///
/// Results do not depend on it.
struct PackedBatches: Sendable {
    /// Items of each batch, as places in the input; of equal ones the first.
    private(set) var batches: [[Int]] = []
    /// For each item the first that equals it.
    let first: [Int]

    /// - Parameters:
    ///   - lengths: of the items.
    ///   - first: for each item the first that equals it.
    ///   - most: how long the items of a batch are together, at most; a longer one is a batch of its own.
    ///   - mostItems: how many items a batch has at most.
    init(lengths: [Int], first: [Int], most: Int, mostItems: Int = .max) {
        self.first = first
        // The longest first: what remains at the end is quick, and memory is never needed again that was not at first.
        let order = lengths.indices.filter { first[$0] == $0 }.sorted { (lengths[$1], $0) < (lengths[$0], $1) }
        var batch: [Int] = []
        var total = 0
        for item in order {
            if !batch.isEmpty && (total + lengths[item] > most || batch.count >= mostItems) {
                batches.append(batch)
                (batch, total) = ([], 0)
            }
            batch.append(item)
            total += lengths[item]
        }
        if !batch.isEmpty { batches.append(batch) }
    }

    /// For each key the place of the first that equals it.
    static func first<Key: Hashable>(of keys: some Sequence<Key>) -> [Int] {
        var places: [Key: Int] = [:]
        return keys.enumerated().map { place, key in
            if let known = places[key] { return known }
            places[key] = place
            return place
        }
    }
}
