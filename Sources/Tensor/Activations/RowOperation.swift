/// Work on an array that leaves its shape as it is, and may write where it reads.
struct RowOperation {
    /// Reads from `from`, writes to `to`: all elements. They may be the same memory.
    let run: (_ from: UnsafePointer<Float>, _ to: UnsafeMutableBufferPointer<Float>) -> Void

    /// Elements of a tile: 64 KB, so that the later passes over it find it in the cache.
    private static let tile = 16384

    /// An operation on stretches of elements, whatever their length, in parallel.
    static func elements(
        _ body: @escaping (_ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>, _ count: Int) -> Void
    ) -> RowOperation {
        RowOperation { from, to in
            guard let target = to.baseAddress else { return }
            nonisolated(unsafe) let (from, start) = (from, target)
            let all = 0..<to.count
            parallelFor(all.tileCount(size: tile)) { index in
                let range = all.tile(index, size: tile)
                body(from + range.lowerBound, start + range.lowerBound, range.count)
            }
        }
    }

    /// An operation on rows of `length` elements, in parallel.
    static func rows(
        ofLength length: Int,
        _ body: @escaping (_ row: Int, _ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>) -> Void
    ) -> RowOperation {
        RowOperation { from, to in
            guard let target = to.baseAddress, length > 0 else { return }
            nonisolated(unsafe) let (from, start) = (from, target)
            let rows = 0..<to.count / length
            let size = max(1, tile / length)
            parallelFor(rows.tileCount(size: size)) { index in
                for row in rows.tile(index, size: size) { body(row, from + row * length, start + row * length) }
            }
        }
    }
}

extension RowMajor {
    /// A new array.
    func result(of operation: RowOperation) -> Self {
        Self(sameShapeAs: self) { target in
            withUnsafeBufferPointer { source in
                if let from = source.baseAddress { operation.run(from, target) }
            }
        }
    }

    /// In place.
    mutating func perform(_ operation: RowOperation) {
        withUnsafeMutableBufferPointer { target in
            if let from = target.baseAddress { operation.run(UnsafePointer(from), target) }
        }
    }

    /// In the memory of another array of as many elements.
    func perform(_ operation: RowOperation, into target: inout Self) {
        precondition(target.count == count && target.rowLength == rowLength, "the target has another shape")
        target.withUnsafeMutableBufferPointer { target in
            withUnsafeBufferPointer { source in
                if let from = source.baseAddress { operation.run(from, target) }
            }
        }
    }
}
