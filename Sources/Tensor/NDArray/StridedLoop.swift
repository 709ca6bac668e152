/// Arrays of one shape, each with a stride for every axis, walked together in row-major order of the shape.
///
/// Axes of length 1 are dropped, and axes that follow one another without a gap in every array become one, so that the
/// innermost axis – a run – is as long as it can be: a whole array where all are contiguous.
struct StridedLoop {
    /// The length of each axis but the last.
    private var outerLengths: [Int]
    /// The strides of each array along each axis but the last.
    private var outerStrides: [[Int]]
    /// The number of elements of a run.
    let runLength: Int
    /// The stride of each array within a run.
    let runStrides: [Int]

    /// - Parameter strides: for each array, its stride along each axis of `shape`; 0 where one element serves all.
    init(shape: [Int], strides: [[Int]]) {
        var lengths: [Int] = []
        var merged: [[Int]] = []
        for axis in shape.indices where shape[axis] != 1 {
            let steps = strides.map { $0[axis] }
            if let length = lengths.last, let last = merged.last, length > 0,
                zip(last, steps).allSatisfy({ $0 == $1 * shape[axis] })
            {
                lengths[lengths.count - 1] = length * shape[axis]
                merged[merged.count - 1] = steps
            } else {
                lengths.append(shape[axis])
                merged.append(steps)
            }
        }
        runLength = lengths.popLast() ?? 1
        runStrides = merged.popLast() ?? strides.map { _ in 1 }
        outerLengths = lengths
        outerStrides = merged
    }

    /// The number of runs.
    var runCount: Int { outerLengths.reduce(1, *) }

    /// Calls `body` for each run of `runs` with where it starts in each array.
    func forEachRun(in runs: Range<Int>, _ body: (_ run: Int, _ offsets: UnsafePointer<Int>) -> Void) {
        guard !runs.isEmpty else { return }
        var index = [Int](repeating: 0, count: outerLengths.count)
        var offsets = [Int](repeating: 0, count: runStrides.count)
        var rest = runs.lowerBound
        for axis in outerLengths.indices.reversed() {
            index[axis] = rest % outerLengths[axis]
            rest /= outerLengths[axis]
            for array in offsets.indices { offsets[array] += index[axis] * outerStrides[axis][array] }
        }
        for run in runs {
            body(run, offsets)
            var axis = outerLengths.count - 1
            while axis >= 0 {
                index[axis] += 1
                let wraps = index[axis] == outerLengths[axis]
                for array in offsets.indices {
                    offsets[array] += outerStrides[axis][array] * (wraps ? 1 - outerLengths[axis] : 1)
                }
                guard wraps else { break }
                index[axis] = 0
                axis -= 1
            }
        }
    }

    /// How many elements of work a tile of a parallel loop holds: enough to be worth handing to a thread.
    static let tileSize = 1 << 14

    /// Calls `body` for parts of all runs, in parallel: each part lies in one run.
    ///
    /// - Parameter body: receives where the part starts in each array, its number of elements, and where it starts in
    ///   the row-major order of the shape.
    func parallelForEachPart(
        _ body: (_ offsets: UnsafePointer<Int>, _ start: Int, _ count: Int, _ position: Int) -> Void
    ) {
        guard runLength > 0 else { return }
        let runs = 0..<runCount
        let runsInTile = max(1, Self.tileSize / runLength)
        let parts = (0..<runLength).tileCount(size: Self.tileSize)
        parallelFor(runs.tileCount(size: runsInTile) * parts) { tile in
            let elements = (0..<runLength).tile(tile % parts, size: Self.tileSize)
            forEachRun(in: runs.tile(tile / parts, size: runsInTile)) { run, offsets in
                body(offsets, elements.lowerBound, elements.count, run * runLength + elements.lowerBound)
            }
        }
    }
}

extension NDArray {
    /// How many elements apart neighbours along each axis stand.
    static func strides(of shape: [Int]) -> [Int] {
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in stride(from: shape.count - 2, through: 0, by: -1) {
            strides[axis] = strides[axis + 1] * shape[axis + 1]
        }
        return strides
    }

    /// The strides with which an array of shape `shape` is read as if it had the shape `target`: 0 along axes that it
    /// lacks or whose only element serves all.
    ///
    /// - Precondition: each axis, counted from the last, is as long as that of `target`, or 1.
    static func strides(of shape: [Int], broadcastTo target: [Int]) -> [Int] {
        precondition(shape.count <= target.count, "shape \(shape) does not broadcast to \(target)")
        let lead = target.count - shape.count
        var result = [Int](repeating: 0, count: target.count)
        for (axis, step) in strides(of: shape).enumerated() {
            precondition(
                shape[axis] == target[lead + axis] || shape[axis] == 1, "shape \(shape) does not broadcast to \(target)"
            )
            result[lead + axis] = shape[axis] == 1 ? 0 : step
        }
        return result
    }

    /// The axis that `axis` names: negative numbers count from the last.
    func resolved(axis: Int) -> Int {
        let result = axis < 0 ? axis + rank : axis
        precondition(result >= 0 && result < rank, "axis \(axis) of shape \(shape)")
        return result
    }

    /// The numbers of elements before, along and after an axis: the array seen as `[outer × length × inner]`.
    func extents(around axis: Int) -> (outer: Int, length: Int, inner: Int) {
        (
            Self.elementCount(of: Array(shape[..<axis])), shape[axis],
            Self.elementCount(of: Array(shape[(axis + 1)...]))
        )
    }
}
