import Tensor

/// DBSCAN over a k-d tree: the components of the core rows are those of the spanning forest of mutual reachability whose
/// edges are no longer than the radius.
///
/// - Reference: Campello et al. 2015, section 3.3: cutting the tree at a radius gives DBSCAN's core clusters.
struct TreeScan {
    private let tree: KDTree
    /// The radius, squared.
    private let radius: Double
    /// A few near rows of each spare most searches.
    private static let neighborCount = 4

    init(_ data: Matrix, radius: Double) {
        tree = KDTree(data)
        self.radius = radius
    }

    /// The component of each row, numbered by their lowest core rows, and which rows are core rows. Border rows have the
    /// lowest component within reach, noise −1.
    func run(
        minimumSamples: Int, weights: [Double]?, progress: ProgressHandler
    ) throws(ClusteringError) -> (labels: [Int32], isCore: [Bool]) {
        let n = tree.count
        let isDense = try tree.hasPoints(minimumSamples, within: radius, weights: weights, progress: progress)
        let lists = try tree.nearest(min(Self.neighborCount, n - 1), within: radius, progress: progress)
        // Nothing reaches rows that are not dense; whatever is within the radius of two others joins them.
        var search = BoruvkaSearch(tree, lists: lists, cores: isDense.map { $0 ? 0 : .infinity }, longest: radius)
        _ = try search.run(progress)

        var labels = [Int32](repeating: ClusterLabels.noise, count: n)
        var isCore = [Bool](repeating: false, count: n)
        var component = [Int32](repeating: 0, count: n)
        for (position, row) in tree.rows.enumerated() {
            isCore[Int(row)] = isDense[position]
            component[Int(row)] = search.result[position]
        }
        var numbers = [Int32](repeating: -1, count: n)
        var next: Int32 = 0
        for row in 0..<n where isCore[row] {
            if numbers[Int(component[row])] < 0 {
                numbers[Int(component[row])] = next
                next += 1
            }
            labels[row] = numbers[Int(component[row])]
        }
        try labelBorder(&labels, isCore, progress)
        return (labels, isCore)
    }

    private func labelBorder(
        _ labels: inout [Int32], _ isCore: [Bool], _ progress: ProgressHandler
    ) throws(ClusteringError) {
        let watch = Watch(progress, "border rows", tree.count)
        // By position: the labels of core rows, and the lowest under each node.
        let known = tree.rows.map { isCore[Int($0)] ? labels[Int($0)] : Int32.max }
        var lowest = [Int32](repeating: .max, count: 2 * tree.leafCount)
        for leaf in 0..<tree.leafCount {
            lowest[tree.firstLeaf + leaf] = known[Int(tree.starts[leaf])..<Int(tree.starts[leaf + 1])].min() ?? .max
        }
        for node in (1..<tree.firstLeaf).reversed() { lowest[node] = min(lowest[2 * node], lowest[2 * node + 1]) }
        let found = tree.withAccess { access in
            parallelMap((0..<tree.leafCount).tileCount(size: 32)) { tile -> [(row: Int32, label: Int32)] in
                guard !watch.isStopped else { return [] }
                var result: [(row: Int32, label: Int32)] = []
                withUnsafeTemporaryAllocation(of: Double.self, capacity: access.leafCapacity) { room in
                    guard let room = room.baseAddress else { return }
                    for leaf in (0..<tree.leafCount).tile(tile, size: 32) {
                        for position in access.positions(ofLeaf: leaf) where known[position] == .max {
                            var search = LowestLabel(
                                tree: access, radius: radius, known: known, lowest: lowest,
                                point: access.points + position * access.dimensions, distances: room)
                            search.visit(1)
                            if search.label < .max { result.append((access.rows[position], search.label)) }
                        }
                        watch.add(access.positions(ofLeaf: leaf).count)
                    }
                }
                return result
            }
        }
        if watch.isStopped { throw .cancelled }
        for (row, label) in (found ?? []).joined() { labels[Int(row)] = label }
    }
}

/// One point's search for the lowest label within the radius.
private struct LowestLabel {
    let tree: KDTree.Access
    let radius: Double
    let known: [Int32]
    let lowest: [Int32]
    let point: UnsafePointer<Float>
    let distances: UnsafeMutablePointer<Double>
    var label = Int32.max

    mutating func visit(_ node: Int) {
        guard lowest[node] < label, tree.squaredDistance(point, toBox: node) <= radius else { return }
        if node < tree.firstLeaf {
            visit(2 * node)
            visit(2 * node + 1)
            return
        }
        let leaf = node - tree.firstLeaf
        tree.squaredDistances(point, toLeaf: leaf, into: distances)
        for (place, position) in tree.positions(ofLeaf: leaf).enumerated() where distances[place] <= radius {
            label = min(label, known[position])
        }
    }
}
