import Tensor

/// The minimum spanning tree of mutual reachability over a k-d tree, by Borůvka's algorithm: in each round every component
/// is joined by its shortest edge.
///
/// What is known of a point from earlier rounds is a lower bound of its edge to another component, so most points need no
/// search. Searches pass over nodes of their own component, and over those farther away than the shortest edge known. Such
/// bounds are shared only within fixed blocks of points, so the tree does not depend on the number of threads.
///
/// - Reference: March, Ram and Gray, "Fast Euclidean minimum spanning tree", 2010, doi:10.1145/1835804.1835882; McInnes and
///   Healy, 2017, doi:10.1109/ICDMW.2017.12. Here single points search, not pairs of nodes.
struct BoruvkaSearch {
    private let tree: KDTree
    private let lists: NeighborLists
    private let longest: Double
    /// Core distances, squared, by position.
    private let cores: [Double]
    /// The least core distance under each node.
    private let nodeCores: [Double]
    private var sets: DisjointSets
    /// The component of each position.
    private var components: [Int32]
    private var componentCount: Int
    /// The nearest point of another component, where it is known, with the weight of the edge to it.
    private var nearest: [Int32]
    /// A lower bound of the weight of any edge to another component; that of ``nearest`` while it is in another one.
    private var bounds: [Double]
    private var edges: [TreeEdge] = []

    /// Leaves of a block.
    private static let blockSize = 32

    /// - Parameters:
    ///   - tree: the points.
    ///   - lists: the nearest points of each, as far as they lie within `longest`.
    ///   - cores: the core distance of each position, squared.
    ///   - longest: longer edges are of no interest, and the tree is a forest.
    init(_ tree: KDTree, lists: NeighborLists, cores: [Double], longest: Double = .infinity) {
        self.tree = tree
        self.longest = longest
        self.lists = lists
        self.cores = cores
        sets = DisjointSets(count: tree.count)
        components = Array(0..<Int32(tree.count))
        componentCount = tree.count
        nearest = [Int32](repeating: -1, count: tree.count)
        bounds = [Double](repeating: 0, count: tree.count)
        var nodeCores = [Double](repeating: .infinity, count: 2 * tree.leafCount)
        for leaf in 0..<tree.leafCount {
            let positions = Int(tree.starts[leaf])..<Int(tree.starts[leaf + 1])
            nodeCores[tree.firstLeaf + leaf] = cores[positions].min() ?? .infinity
        }
        for node in (1..<tree.firstLeaf).reversed() {
            nodeCores[node] = min(nodeCores[2 * node], nodeCores[2 * node + 1])
        }
        self.nodeCores = nodeCores
    }

    /// The component of each position, once the search has run.
    var result: [Int32] { components }

    /// The edges of the tree between positions, in no particular order.
    mutating func run(_ progress: ProgressHandler) throws(ClusteringError) -> [TreeEdge] {
        let total = tree.count
        while componentCount > 1 {
            guard progress.advance("spanning tree", total - componentCount, of: total) else { throw .cancelled }
            let shortest = shortestEdges()
            if shortest.allSatisfy({ $0.to < 0 }) { break }
            join(shortest)
        }
        _ = progress.advance("spanning tree", total, of: total)
        return edges
    }

    /// An edge from a component; the point that it starts from, its end and its weight.
    private struct Shortest {
        var weight: Double
        var from: Int32 = -1
        var to: Int32 = -1
    }

    private func weight(_ a: Int, _ b: Int, _ squared: Double) -> Double { max(squared, cores[a], cores[b]) }

    // MARK: A round

    /// The shortest edge of each component.
    private mutating func shortestEdges() -> [Shortest] {
        var shortest = [Shortest](repeating: Shortest(weight: longest.nextUp), count: componentCount)
        let isOpen = useWhatIsKnown(&shortest)
        let nodeComponents = componentsOfNodes()
        let (leaves, blockSize, capacity) = (0..<tree.leafCount, Self.blockSize, tree.leafCapacity)
        let blockCount = leaves.tileCount(size: blockSize)
        let known = shortest
        // What blocks find beyond what is known.
        var found = [[Shortest]](repeating: [], count: blockCount)
        withSearch(nodeComponents) { makeSearch, nearest, bounds in
            found.withUnsafeMutableBufferPointer { found in
                nonisolated(unsafe) let (found, nearest, bounds, makeSearch) = (found, nearest, bounds, makeSearch)
                parallelFor(
                    blockCount, scratch: { known }, merge: { _ in },
                    { block, local in
                        var touched: [Int] = []
                        withUnsafeTemporaryAllocation(of: Double.self, capacity: capacity) { room in
                            guard let room = room.baseAddress else { return }
                            var search = makeSearch(room)
                            for leaf in leaves.tile(block, size: blockSize) {
                                for position in search.tree.positions(ofLeaf: leaf) where isOpen[position] {
                                    let component = Int(search.components[position])
                                    guard bounds[position] < local[component].weight else { continue }
                                    search.run(position, leaf: leaf, below: local[component].weight)
                                    nearest[position] = search.found
                                    bounds[position] = search.limit
                                    guard search.found >= 0 else { continue }
                                    touched.append(component)
                                    local[component] = Shortest(
                                        weight: search.limit, from: Int32(position), to: search.found)
                                }
                            }
                        }
                        // Each component's last find is its shortest; the next block knows nothing of it.
                        var edges: [Shortest] = []
                        for component in touched where local[component].weight < known[component].weight {
                            edges.append(local[component])
                            local[component] = known[component]
                        }
                        found[block] = edges
                    })
            }
        }
        for edge in found.joined() {
            let component = Int(components[Int(edge.from)])
            if edge.weight < shortest[component].weight { shortest[component] = edge }
        }
        return shortest
    }

    /// Calls `body` with what makes a search, and with what searches may change.
    private mutating func withSearch(
        _ nodeComponents: [Int32],
        _ body: (
            (UnsafeMutablePointer<Double>) -> AlienSearch, UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Double>
        ) -> Void
    ) {
        let (tree, cores, nodeCores, components) = (tree, cores, nodeCores, components)
        nearest.withUnsafeMutableBufferPointer { nearest in
            bounds.withUnsafeMutableBufferPointer { bounds in
                cores.withUnsafeBufferPointer { cores in
                    nodeCores.withUnsafeBufferPointer { nodeCores in
                        components.withUnsafeBufferPointer { components in
                            nodeComponents.withUnsafeBufferPointer { nodeComponents in
                                guard let nearest = nearest.baseAddress, let bounds = bounds.baseAddress,
                                    let cores = cores.baseAddress, let nodeCores = nodeCores.baseAddress,
                                    let components = components.baseAddress,
                                    let nodeComponents = nodeComponents.baseAddress
                                else { return }
                                tree.withAccess { tree in
                                    body(
                                        {
                                            AlienSearch(
                                                tree: tree, cores: cores, nodeCores: nodeCores,
                                                components: components, nodeComponents: nodeComponents, distances: $0)
                                        }, nearest, bounds)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Collects the edges that lists and earlier rounds know; gives the positions whose shortest edge may be another.
    private mutating func useWhatIsKnown(_ shortest: inout [Shortest]) -> [Bool] {
        let k = lists.k
        var isOpen = [Bool](repeating: false, count: tree.count)
        for position in 0..<tree.count {
            let component = components[position]
            func offer(_ weight: Double, _ other: Int32) {
                if weight < shortest[Int(component)].weight {
                    shortest[Int(component)] = Shortest(weight: weight, from: Int32(position), to: other)
                }
            }
            let other = nearest[position]
            if other >= 0 && components[Int(other)] != component {
                offer(bounds[position], other)
                continue
            }
            var best = (weight: Double.infinity, other: Int32(-1))
            for place in position * k..<(position + 1) * k {
                let squared = lists.comparables[place]
                if squared >= best.weight { break }
                let listed = lists.indices[place]
                guard components[Int(listed)] != component else { continue }
                let weight = weight(position, Int(listed), squared)
                if weight < best.weight { best = (weight, listed) }
            }
            // Points beyond the list are at least as far as its last.
            let beyond = max(cores[position], lists.last(position))
            if best.other >= 0 { offer(best.weight, best.other) }
            if best.weight <= beyond {
                (nearest[position], bounds[position]) = (best.other, best.weight)
            } else {
                nearest[position] = -1
                bounds[position] = max(bounds[position], beyond)
                isOpen[position] = true
            }
        }
        return isOpen
    }

    /// The component of all points under each node, or −1 where there are several.
    private func componentsOfNodes() -> [Int32] {
        var result = [Int32](repeating: -1, count: 2 * tree.leafCount)
        for leaf in 0..<tree.leafCount {
            let positions = Int(tree.starts[leaf])..<Int(tree.starts[leaf + 1])
            guard let first = positions.first else { continue }
            let component = components[first]
            let isOne = positions.allSatisfy { components[$0] == component }
            result[tree.firstLeaf + leaf] = isOne ? component : -1
        }
        for node in (1..<tree.firstLeaf).reversed() {
            result[node] = result[2 * node] == result[2 * node + 1] ? result[2 * node] : -1
        }
        return result
    }

    private mutating func join(_ shortest: [Shortest]) {
        for edge in shortest where edge.to >= 0 && sets.find(edge.from) != sets.find(edge.to) {
            sets.join(edge.from, edge.to)
            edges.append(TreeEdge(a: edge.from, b: edge.to, weight: edge.weight))
            componentCount -= 1
        }
        components = sets.numbered()
    }
}
