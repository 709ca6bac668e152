import Tensor

extension KDTree {
    /// The tree's arrays, for searches.
    struct Access {
        let count: Int
        let dimensions: Int
        let firstLeaf: Int
        let rows: UnsafePointer<Int32>
        let leaves: UnsafePointer<Float>
        let points: UnsafePointer<Float>
        let boxes: UnsafePointer<Float>

        /// The squared distance of a point and a node's box: at most that of the point and any point in it, in the same
        /// roundings.
        @inline(__always)
        func squaredDistance(_ point: UnsafePointer<Float>, toBox node: Int) -> Double {
            let box = boxes + node * dimensions * 2
            @inline(__always)
            func square(_ k: Int) -> Double {
                let value = Double(point[k])
                let difference = max(Double(box[2 * k]) - value, value - Double(box[2 * k + 1]), 0)
                return difference * difference
            }
            // The order of the sum is that of points' distances.
            switch dimensions {
            case 1: return square(0)
            case 2: return square(0) + square(1)
            case 3: return (square(0) + square(2)) + square(1)
            case 4: return (square(0) + square(2)) + (square(1) + square(3))
            default:
                return withUnsafeTemporaryAllocation(of: Double.self, capacity: 16) { squares in
                    for k in 0..<dimensions { squares[k] = square(k) }
                    var (active, width) = (dimensions, 8)
                    while width > 0 {
                        for k in 0..<max(0, active - width) { squares[k] += squares[k + width] }
                        active = min(active, width)
                        width /= 2
                    }
                    return squares[0]
                }
            }
        }

        /// The squared distances of a point and the points of a leaf; ∞ beyond the last.
        @inline(__always)
        func squaredDistances(
            _ point: UnsafePointer<Float>, toLeaf leaf: Int, into distances: UnsafeMutablePointer<Double>
        ) {
            RowKernel.squaredDistances(
                fromColumns: leaves + leaf * dimensions * leafCapacity, to: point, count: leafCapacity,
                depth: dimensions, into: distances)
        }

        /// The positions of a leaf's points.
        @inline(__always)
        func positions(ofLeaf leaf: Int) -> Range<Int> { KDTree.range(of: firstLeaf + leaf, count: count) }
    }

    func withAccess<R>(_ body: (Access) -> R) -> R? {
        rows.withUnsafeBufferPointer { rows in
            leaves.withUnsafeBufferPointer { leaves in
                points.withUnsafeBufferPointer { points in
                    boxes.withUnsafeBufferPointer { boxes in
                        guard let rows = rows.baseAddress, let leaves = leaves.baseAddress,
                            let points = points.baseAddress, let boxes = boxes.baseAddress
                        else { return nil }
                        return body(
                            Access(
                                count: count, dimensions: dimensions, firstLeaf: firstLeaf, rows: rows, leaves: leaves,
                                points: points, boxes: boxes))
                    }
                }
            }
        }
    }
}
