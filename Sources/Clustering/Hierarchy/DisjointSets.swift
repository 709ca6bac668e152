/// Disjoint sets of 0 ..< n under union; the root of a set is its lowest member.
///
/// - Reference: Tarjan and van Leeuwen, "Worst-case analysis of set union algorithms", 1984, doi:10.1145/62.2160.
struct DisjointSets {
    private var parents: [Int32]

    init(count: Int) { parents = Array(0..<Int32(count)) }

    /// The lowest member of the item's set; halves the path on the way.
    @inline(__always)
    mutating func find(_ item: Int32) -> Int32 {
        parents.withUnsafeMutableBufferPointer { parents in
            var item = item
            while parents[Int(item)] != item {
                parents[Int(item)] = parents[Int(parents[Int(item)])]
                item = parents[Int(item)]
            }
            return item
        }
    }

    /// Joins the sets of two items; gives the root of the union.
    @discardableResult
    mutating func join(_ a: Int32, _ b: Int32) -> Int32 {
        let (a, b) = (find(a), find(b))
        let (low, high) = (min(a, b), max(a, b))
        parents[Int(high)] = low
        return low
    }

    /// The sets numbered 0, 1, … in order of their lowest members, as one number for each item.
    mutating func numbered() -> [Int32] {
        var numbers = [Int32](repeating: 0, count: parents.count)
        var next: Int32 = 0
        for item in parents.indices {
            let root = Int(find(Int32(item)))
            if root == item {
                numbers[item] = next
                next += 1
            } else {
                numbers[item] = numbers[root]
            }
        }
        return numbers
    }
}
