private import CKernels

// Sums run in double precision and in an order that the shape alone decides.
extension NDArray {
    /// The sum over axes, all by default; negative axes count from the last.
    ///
    /// - Parameters:
    ///   - axes: the axes to reduce; all when `nil`. Each may be negative.
    ///   - keepingAxes: whether the axes stay, with length 1, so that the result broadcasts against this array.
    /// - Complexity: O(count).
    public func sum(axes: [Int]? = nil, keepingAxes: Bool = false) -> NDArray {
        reduced(axes, keepingAxes: keepingAxes) { $0.sums(scale: 1) }
    }

    /// The mean over axes, all by default; negative axes count from the last. NaN of nothing.
    ///
    /// - Parameters:
    ///   - axes: the axes to reduce; all when `nil`. Each may be negative.
    ///   - keepingAxes: whether the axes stay, with length 1, so that the result broadcasts against this array.
    /// - Complexity: O(count).
    public func mean(axes: [Int]? = nil, keepingAxes: Bool = false) -> NDArray {
        reduced(axes, keepingAxes: keepingAxes) { $0.sums(scale: 1 / Double($0.shape[1])) }
    }

    /// The variance over axes, all by default; negative axes count from the last.
    ///
    /// - Parameters:
    ///   - axes: the axes to reduce; all when `nil`. Each may be negative.
    ///   - keepingAxes: whether the axes stay, with length 1, so that the result broadcasts against this array.
    ///   - correction: what is taken from the number of elements before squares are divided by it: 0 for the mean
    ///     square, 1 for the unbiased estimate. NaN where nothing is left.
    /// - Complexity: O(count), in two passes.
    public func variance(axes: [Int]? = nil, keepingAxes: Bool = false, correction: Double = 0) -> NDArray {
        // The mean is rounded; what that adds to the squares is the square of the differences' mean.
        let differences = self - mean(axes: axes, keepingAxes: true)
        let rest = differences.mean(axes: axes, keepingAxes: keepingAxes)
        let variance = differences.squares().mean(axes: axes, keepingAxes: keepingAxes) - rest * rest
        // Rounding may leave less than nothing.
        let positive = NDArray.maximum(variance, NDArray(0))
        guard correction != 0 else { return positive }
        let number = Double(count) / Double(max(1, variance.count))
        return positive * (number > correction ? Float(number / (number - correction)) : .nan)
    }

    /// The largest element over axes, all by default; negative axes count from the last. NaN where there is one.
    ///
    /// - Parameters:
    ///   - axes: the axes to reduce; all when `nil`. Each may be negative.
    ///   - keepingAxes: whether the axes stay, with length 1, so that the result broadcasts against this array.
    /// - Precondition: the axes are not empty.
    /// - Complexity: O(count).
    public func maximum(axes: [Int]? = nil, keepingAxes: Bool = false) -> NDArray {
        reduced(axes, keepingAxes: keepingAxes) { $0.extremes(.maximum) }
    }

    /// The smallest element over axes, all by default; negative axes count from the last. NaN where there is one.
    ///
    /// - Parameters:
    ///   - axes: the axes to reduce; all when `nil`. Each may be negative.
    ///   - keepingAxes: whether the axes stay, with length 1, so that the result broadcasts against this array.
    /// - Precondition: the axes are not empty.
    /// - Complexity: O(count).
    public func minimum(axes: [Int]? = nil, keepingAxes: Bool = false) -> NDArray {
        reduced(axes, keepingAxes: keepingAxes) { $0.extremes(.minimum) }
    }

    /// Where along an axis the largest element stands, the first of equals, for each place of the other axes in
    /// row-major order. NaN counts as larger than any number.
    ///
    /// - Precondition: the axis is not empty.
    /// - Complexity: O(count).
    public func indicesOfMaximum(axis: Int = -1) -> [Int] {
        let (outer, length, inner) = extents(around: resolved(axis: axis))
        precondition(length > 0, "no largest element along axis \(axis) of shape \(shape)")
        return withUnsafeBufferPointer { source in
            guard let from = source.baseAddress else { return [] }
            var result: [Int] = []
            result.reserveCapacity(outer * inner)
            for place in 0..<outer * inner {
                let start = from + place / inner * length * inner + place % inner
                var best = 0
                for index in 1..<max(1, length) {
                    let (now, candidate) = (start[best * inner], start[index * inner])
                    if candidate > now || (candidate.isNaN && !now.isNaN) { best = index }
                }
                result.append(best)
            }
            return result
        }
    }

    /// Where along an axis the smallest element stands, the first of equals, for each place of the other axes in
    /// row-major order. NaN counts as smaller than any number.
    ///
    /// - Precondition: the axis is not empty.
    /// - Complexity: O(count).
    public func indicesOfMinimum(axis: Int = -1) -> [Int] { (-self).indicesOfMaximum(axis: axis) }

    /// The sum over the axes along which an array of shape `target` was repeated to get this one's shape.
    func summed(to target: [Int]) -> NDArray {
        guard target != shape else { return self }
        let lead = rank - target.count
        let axes = shape.indices.filter { $0 < lead || (target[$0 - lead] == 1 && shape[$0] != 1) }
        return sum(axes: axes, keepingAxes: true).reshaped(to: target)
    }

    /// Reduces the axes by a function from `[outer × reduced × inner]` to `outer · inner` elements.
    private func reduced(_ axes: [Int]?, keepingAxes: Bool, by reduce: (NDArray) -> NDArray) -> NDArray {
        let axes = Set(axes?.map(resolved(axis:)) ?? Array(shape.indices))
        let target =
            keepingAxes
            ? shape.indices.map { axes.contains($0) ? 1 : shape[$0] }
            : shape.indices.filter { !axes.contains($0) }.map { shape[$0] }
        // Axes that follow one another are reduced as one; others are brought together at the end first.
        let long = axes.filter { shape[$0] != 1 }.sorted()
        guard let first = long.first ?? axes.min(), let last = long.last ?? axes.min() else {
            return reduce(reshaped(to: [count, 1, 1])).reshaped(to: target)
        }
        if (first...last).allSatisfy({ axes.contains($0) || shape[$0] == 1 }) {
            let (outer, inner) = (
                Self.elementCount(of: Array(shape[..<first])), Self.elementCount(of: Array(shape[(last + 1)...]))
            )
            let length = Self.elementCount(of: Array(shape[first...last]))
            return reduce(reshaped(to: [outer, length, inner])).reshaped(to: target)
        }
        let kept = shape.indices.filter { !axes.contains($0) }
        let size = Self.elementCount(of: kept.map { shape[$0] })
        return reduce(
            permutingAxes(kept + axes.sorted()).reshaped(
                to: [size, Self.elementCount(of: axes.map { shape[$0] }), 1])
        ).reshaped(to: target)
    }

    /// Rows are summed in groups of this many, whose sums are added in order.
    private static let summedRows = 4096
    /// Columns that a thread sums at a time.
    private static let summedColumns = 512

    /// The sums over the middle of three axes, times `scale`.
    private func sums(scale: Double) -> NDArray {
        let (outer, length, inner) = (shape[0], shape[1], shape[2])
        return withUnsafeBufferPointer { source in
            NDArray(shape: [outer * inner]) { buffer in
                guard let to = buffer.baseAddress, !buffer.isEmpty else { return }
                guard let from = source.baseAddress, length > 0 else {
                    return to.update(repeating: Float(0 * scale), count: buffer.count)
                }
                if inner == 1 { return Self.sumRows(from, rows: outer, length: length, scale: scale, into: to) }
                let groups = (0..<length).tileCount(size: Self.summedRows)
                let parts = (0..<inner).tileCount(size: Self.summedColumns)
                let partial = parallelMap(outer * parts * groups) { tile in
                    let columns = (0..<inner).tile(tile / groups % parts, size: Self.summedColumns)
                    let start = from + tile / groups / parts * length * inner + columns.lowerBound
                    var sums = [Double](repeating: 0, count: columns.count)
                    for row in (0..<length).tile(tile % groups, size: Self.summedRows) {
                        kindred_accumulate(&sums, start + row * inner, 1, columns.count)
                    }
                    return sums
                }
                for part in 0..<outer * parts {
                    var total = partial[part * groups]
                    for group in 1..<groups {
                        for j in total.indices { total[j] += partial[part * groups + group][j] }
                    }
                    let start = to + part / parts * inner + part % parts * Self.summedColumns
                    for j in total.indices { start[j] = Float(total[j] * scale) }
                }
            }
        }
    }

    /// The sums of rows, times `scale`. Long rows are summed in parts, whose sums are added in order.
    private static func sumRows(
        _ from: UnsafePointer<Float>, rows: Int, length: Int, scale: Double, into to: UnsafeMutablePointer<Float>
    ) {
        let size = 1 << 16
        let parts = (0..<length).tileCount(size: size)
        if parts > 1 {
            let sums = parallelMap(rows * parts) { tile in
                let part = (0..<length).tile(tile % parts, size: size)
                return kindred_sum(from + tile / parts * length + part.lowerBound, part.count)
            }
            for row in 0..<rows { to[row] = Float(sums[row * parts..<(row + 1) * parts].reduce(0, +) * scale) }
        } else {
            let group = max(1, StridedLoop.tileSize / length)
            parallelFor((0..<rows).tileCount(size: group)) { tile in
                for row in (0..<rows).tile(tile, size: group) {
                    to[row] = Float(kindred_sum(from + row * length, length) * scale)
                }
            }
        }
    }

    /// The largest or smallest elements over the middle of three axes.
    private func extremes(_ operation: ElementwiseOperation) -> NDArray {
        let (outer, length, inner) = (shape[0], shape[1], shape[2])
        precondition(length > 0 || outer * inner == 0, "no \(operation) of nothing")
        return withUnsafeBufferPointer { source in
            NDArray(shape: [outer * inner]) { buffer in
                guard let from = source.baseAddress, let to = buffer.baseAddress, !buffer.isEmpty else { return }
                let blocks = max(1, StridedLoop.tileSize / (length * inner))
                parallelFor((0..<outer).tileCount(size: blocks)) { tile in
                    for block in (0..<outer).tile(tile, size: blocks) {
                        let (start, target) = (from + block * length * inner, to + block * inner)
                        if inner == 1 {
                            target[0] = kindred_fold(operation.code, start, length)
                        } else {
                            target.update(from: start, count: inner)
                            for row in 1..<length {
                                kindred_combine(operation.code, target, 1, start + row * inner, 1, target, inner)
                            }
                        }
                    }
                }
            }
        }
    }
}
