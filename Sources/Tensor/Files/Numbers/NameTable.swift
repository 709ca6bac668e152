/// Values by name, in byte order of the names.
///
/// Names are compared byte by byte, unlike in a `Dictionary`, where two spellings of an accent are one key.
struct NameTable<Value: Sendable>: Sendable {
    /// A name that occurs more than once.
    struct Duplicate: Error {
        let name: String
    }

    let names: [String]
    let values: [Value]

    /// - Throws: ``Duplicate``.
    /// - Complexity: O(n log n).
    init(_ pairs: [(name: String, value: Value)]) throws(Duplicate) {
        let sorted = pairs.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        for (pair, next) in zip(sorted, sorted.dropFirst()) where pair.name.utf8.elementsEqual(next.name.utf8) {
            throw Duplicate(name: pair.name)
        }
        names = sorted.map(\.name)
        values = sorted.map(\.value)
    }

    private init(names: [String], values: [Value]) {
        self.names = names
        self.values = values
    }

    func mapValues<Other>(_ transform: (Value) -> Other) -> NameTable<Other> {
        NameTable<Other>(names: names, values: values.map(transform))
    }

    /// The value called `name`.
    ///
    /// - Complexity: O(log n).
    subscript(name: String) -> Value? {
        var low = 0
        var high = names.count
        while low < high {
            let middle = (low + high) / 2
            if names[middle].utf8.lexicographicallyPrecedes(name.utf8) { low = middle + 1 } else { high = middle }
        }
        return low < names.count && names[low].utf8.elementsEqual(name.utf8) ? values[low] : nil
    }
}

extension TensorError {
    /// The error for an array that is not among `names`, some of which it mentions.
    static func missingArray(_ name: String, path: String, names: [String]) -> TensorError {
        let shown = names.prefix(8).map { quoted($0) }.joined(separator: ", ")
        let all = names.isEmpty ? "no arrays" : shown + (names.count > 8 ? " and \(names.count - 8) more" : "")
        return .format(path: path, reason: "there is no array \(quoted(name)); it holds \(all)")
    }
}
