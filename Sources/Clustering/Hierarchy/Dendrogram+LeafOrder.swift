extension Dendrogram {
    /// The leaves from left to right when the tree is drawn with the side of the lowest leaf first. `[n]`
    ///
    /// - Complexity: O(n log n).
    public var leafOrder: [Int] {
        var result: [Int] = []
        result.reserveCapacity(leafCount)
        var stack = Array(roots.reversed())
        while let node = stack.popLast() {
            if let (first, second) = children(of: node) {
                stack.append(second)
                stack.append(first)
            } else {
                result.append(node)
            }
        }
        return result
    }

    /// For each node the place of its first leaf in ``leafOrder``. `[nodeCount]`
    func leafStarts(_ order: [Int]) -> [Int] {
        var result = [Int](repeating: 0, count: nodeCount)
        for (place, leaf) in order.enumerated() { result[leaf] = place }
        for (index, merge) in merges.enumerated() {
            result[leafCount + index] = min(result[merge.first], result[merge.second])
        }
        return result
    }
}
