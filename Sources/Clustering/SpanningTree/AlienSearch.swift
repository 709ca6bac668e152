/// One point's search for the nearest point of another component.
struct AlienSearch {
    let tree: KDTree.Access
    let cores: UnsafePointer<Double>
    let nodeCores: UnsafePointer<Double>
    let components: UnsafePointer<Int32>
    let nodeComponents: UnsafePointer<Int32>
    /// The room for a leaf's distances.
    private let distances: UnsafeMutablePointer<Double>
    private var own: Int32 = -1
    private var core = 0.0
    private var point: UnsafePointer<Float>
    /// Only edges below this weight are of interest; at the end, that of the edge found.
    private(set) var limit = Double.infinity
    /// Where the edge found ends, or −1.
    private(set) var found: Int32 = -1

    init(
        tree: KDTree.Access, cores: UnsafePointer<Double>, nodeCores: UnsafePointer<Double>,
        components: UnsafePointer<Int32>, nodeComponents: UnsafePointer<Int32>,
        distances: UnsafeMutablePointer<Double>
    ) {
        self.tree = tree
        self.cores = cores
        self.nodeCores = nodeCores
        self.components = components
        self.nodeComponents = nodeComponents
        self.distances = distances
        point = tree.points
    }

    mutating func run(_ position: Int, leaf: Int, below limit: Double) {
        own = components[position]
        core = cores[position]
        point = tree.points + position * tree.dimensions
        found = -1
        self.limit = limit
        guard core < limit else { return }
        var node = tree.firstLeaf + leaf
        if nodeComponents[node] != own { scan(node) }
        while node > 1 {
            let sibling = node ^ 1
            if floor(sibling) < self.limit { visit(sibling) }
            node /= 2
        }
    }

    /// No edge to a point under the node weighs less.
    @inline(__always)
    private func floor(_ node: Int) -> Double {
        if nodeComponents[node] == own || nodeCores[node] >= limit { return .infinity }
        return max(tree.squaredDistance(point, toBox: node), core)
    }

    private mutating func visit(_ node: Int) {
        if node >= tree.firstLeaf { return scan(node) }
        let (left, right) = (2 * node, 2 * node + 1)
        let (toLeft, toRight) = (floor(left), floor(right))
        if toLeft <= toRight {
            if toLeft < limit { visit(left) }
            if toRight < limit { visit(right) }
        } else {
            if toRight < limit { visit(right) }
            if toLeft < limit { visit(left) }
        }
    }

    private mutating func scan(_ node: Int) {
        let leaf = node - tree.firstLeaf
        tree.squaredDistances(point, toLeaf: leaf, into: distances)
        let positions = tree.positions(ofLeaf: leaf)
        for place in 0..<positions.count where distances[place] < limit {
            let position = positions.lowerBound + place
            guard components[position] != own else { continue }
            let weight = max(distances[place], core, cores[position])
            if weight < limit {
                limit = weight
                found = Int32(truncatingIfNeeded: position)
            }
        }
    }
}
