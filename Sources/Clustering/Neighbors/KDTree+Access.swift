import Tensor

extension KDTree {
    /// The tree's arrays, for searches.
    struct Access: @unchecked Sendable {
        let count: Int
        let dimensions: Int
        let firstLeaf: Int
        let leafCapacity: Int
        let rows: UnsafePointer<Int32>
        let starts: UnsafePointer<Int32>
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
                let a = square(0) + square(4)
                var (b, c, d) = (square(1), square(2), square(3))
                if dimensions > 5 { b += square(5) }
                if dimensions > 6 { c += square(6) }
                if dimensions > 7 { d += square(7) }
                return (a + c) + (b + d)
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
        func positions(ofLeaf leaf: Int) -> Range<Int> { Int(starts[leaf])..<Int(starts[leaf + 1]) }
    }

    func withAccess<R>(_ body: (Access) -> R) -> R? {
        rows.withUnsafeBufferPointer { rows in
            starts.withUnsafeBufferPointer { starts in
                leaves.withUnsafeBufferPointer { leaves in
                    points.withUnsafeBufferPointer { points in
                        boxes.withUnsafeBufferPointer { boxes in
                            guard let rows = rows.baseAddress, let starts = starts.baseAddress,
                                let leaves = leaves.baseAddress, let points = points.baseAddress,
                                let boxes = boxes.baseAddress
                            else { return nil }
                            return body(
                                Access(
                                    count: count, dimensions: dimensions, firstLeaf: firstLeaf,
                                    leafCapacity: leafCapacity, rows: rows,
                                    starts: starts, leaves: leaves, points: points, boxes: boxes))
                        }
                    }
                }
            }
        }
    }
}
