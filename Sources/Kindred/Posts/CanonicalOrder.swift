/// The order of rows by the bytes of their ids, which does not depend on the order in a file.
enum CanonicalOrder {
    /// The rows sorted by id; equal ids by row.
    ///
    /// Bytes are compared, not characters: to Swift, an accented letter written in two ways is one string, but two
    /// files may be called by those two names.
    ///
    /// - Complexity: O(n log n).
    static func rows(by ids: [String]) -> [Int] {
        ids.indices.sorted { left, right in
            let order = compare(ids[left], ids[right])
            return order == 0 ? left < right : order < 0
        }
    }

    /// The first row that has the id of an earlier row, with that row; `nil` when all ids differ.
    ///
    /// - Parameter order: the result of ``rows(by:)``.
    static func firstDuplicate(_ ids: [String], order: [Int]) -> (first: Int, second: Int)? {
        var found: (first: Int, second: Int)?
        for (row, next) in zip(order, order.dropFirst()) where compare(ids[row], ids[next]) == 0 {
            if next < found?.second ?? Int.max { found = (row, next) }
        }
        return found
    }

    /// Negative, zero or positive, as `left` comes before, is equal to or comes after `right`.
    private static func compare(_ left: String, _ right: String) -> Int {
        let fast = left.utf8.withContiguousStorageIfAvailable { left in
            right.utf8.withContiguousStorageIfAvailable { right in compare(left, right) }
        }
        if let fast, let fast { return fast }
        if left.utf8.elementsEqual(right.utf8) { return 0 }
        return left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1
    }

    private static func compare(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
        for index in 0..<min(left.count, right.count) where left[index] != right[index] {
            return left[index] < right[index] ? -1 : 1
        }
        return left.count - right.count
    }
}
