private import CKernels

/// What two numbers are combined to.
enum ElementwiseOperation {
    case add, subtract, multiply, divide, minimum, maximum

    var code: Int32 {
        switch self {
        case .add: Int32(KINDRED_ADD)
        case .subtract: Int32(KINDRED_SUBTRACT)
        case .multiply: Int32(KINDRED_MULTIPLY)
        case .divide: Int32(KINDRED_DIVIDE)
        case .minimum: Int32(KINDRED_MINIMUM)
        case .maximum: Int32(KINDRED_MAXIMUM)
        }
    }
}

// Shapes broadcast as in NumPy: counted from the last axis, lengths are equal, or one of them is 1 or missing and its
// only element meets all of the other's. `[n × d] + [d]` adds to each row, `[n × d] + [n × 1]` to each column.
extension NDArray {
    /// The sum of two arrays, element by element, with broadcasting.
    ///
    /// - Precondition: the shapes broadcast to one another.
    /// - Complexity: O(count of the result).
    public static func + (left: NDArray, right: NDArray) -> NDArray { combining(.add, left, right) }

    /// The difference of two arrays, element by element, with broadcasting.
    ///
    /// - Precondition: the shapes broadcast to one another.
    /// - Complexity: O(count of the result).
    public static func - (left: NDArray, right: NDArray) -> NDArray { combining(.subtract, left, right) }

    /// The product of two arrays, element by element, with broadcasting. Matrices are multiplied by
    /// ``times(_:transposingSelf:transposingOther:)``.
    ///
    /// - Precondition: the shapes broadcast to one another.
    /// - Complexity: O(count of the result).
    public static func * (left: NDArray, right: NDArray) -> NDArray { combining(.multiply, left, right) }

    /// The quotient of two arrays, element by element, with broadcasting.
    ///
    /// - Precondition: the shapes broadcast to one another.
    /// - Complexity: O(count of the result).
    public static func / (left: NDArray, right: NDArray) -> NDArray { combining(.divide, left, right) }

    /// Each element plus a number.
    public static func + (left: NDArray, right: Float) -> NDArray { left + NDArray(right) }
    /// Each element minus a number.
    public static func - (left: NDArray, right: Float) -> NDArray { left - NDArray(right) }
    /// Each element times a number.
    public static func * (left: NDArray, right: Float) -> NDArray { left * NDArray(right) }
    /// Each element divided by a number.
    public static func / (left: NDArray, right: Float) -> NDArray { left / NDArray(right) }
    /// A number plus each element.
    public static func + (left: Float, right: NDArray) -> NDArray { NDArray(left) + right }
    /// A number minus each element.
    public static func - (left: Float, right: NDArray) -> NDArray { NDArray(left) - right }
    /// A number times each element.
    public static func * (left: Float, right: NDArray) -> NDArray { NDArray(left) * right }
    /// A number divided by each element.
    public static func / (left: Float, right: NDArray) -> NDArray { NDArray(left) / right }
    /// Each element with its sign changed.
    public static prefix func - (array: NDArray) -> NDArray { array * -1 }

    /// Adds an array in place, with broadcasting; the shape stays as it is.
    public static func += (left: inout NDArray, right: NDArray) { left.combine(.add, with: right) }
    /// Subtracts an array in place, with broadcasting; the shape stays as it is.
    public static func -= (left: inout NDArray, right: NDArray) { left.combine(.subtract, with: right) }
    /// Multiplies by an array in place, with broadcasting; the shape stays as it is.
    public static func *= (left: inout NDArray, right: NDArray) { left.combine(.multiply, with: right) }
    /// Divides by an array in place, with broadcasting; the shape stays as it is.
    public static func /= (left: inout NDArray, right: NDArray) { left.combine(.divide, with: right) }
    /// Adds a number to each element in place.
    public static func += (left: inout NDArray, right: Float) { left += NDArray(right) }
    /// Subtracts a number from each element in place.
    public static func -= (left: inout NDArray, right: Float) { left -= NDArray(right) }
    /// Multiplies each element by a number in place.
    public static func *= (left: inout NDArray, right: Float) { left *= NDArray(right) }
    /// Divides each element by a number in place.
    public static func /= (left: inout NDArray, right: Float) { left /= NDArray(right) }

    /// The smaller of two elements at each place, with broadcasting; NaN where one of them is.
    ///
    /// - Precondition: the shapes broadcast to one another.
    /// - Complexity: O(count of the result).
    public static func minimum(_ left: NDArray, _ right: NDArray) -> NDArray { combining(.minimum, left, right) }

    /// The larger of two elements at each place, with broadcasting; NaN where one of them is.
    ///
    /// - Precondition: the shapes broadcast to one another.
    /// - Complexity: O(count of the result).
    public static func maximum(_ left: NDArray, _ right: NDArray) -> NDArray { combining(.maximum, left, right) }

    /// The elements moved into `range` where they lie outside of it; NaN stays NaN.
    ///
    /// - Complexity: O(count).
    public func clamped(to range: ClosedRange<Float>) -> NDArray {
        .minimum(.maximum(self, NDArray(range.lowerBound)), NDArray(range.upperBound))
    }

    /// The shape that two shapes broadcast to.
    ///
    /// - Precondition: counted from the last axis, the lengths are equal, or one of them is 1 or missing.
    public static func broadcastShape(_ left: [Int], _ right: [Int]) -> [Int] {
        let rank = max(left.count, right.count)
        return (0..<rank).map { axis in
            let (l, r) = (axis - rank + left.count, axis - rank + right.count)
            let (a, b) = (l < 0 ? 1 : left[l], r < 0 ? 1 : right[r])
            precondition(a == b || a == 1 || b == 1, "shapes \(left) and \(right) do not broadcast")
            return a == 1 ? b : a
        }
    }

    static func combining(_ operation: ElementwiseOperation, _ left: NDArray, _ right: NDArray) -> NDArray {
        let shape = left.shape == right.shape ? left.shape : broadcastShape(left.shape, right.shape)
        return NDArray(shape: shape) { buffer in
            guard let target = buffer.baseAddress else { return }
            combine(operation, left, right, shape: shape, into: target)
        }
    }

    private mutating func combine(_ operation: ElementwiseOperation, with other: NDArray) {
        // The other array is read before this one is made unique, so that `a += a` and overlapping parts are safe.
        let shape = shape
        let strides = [Self.strides(of: shape), Self.strides(of: other.shape, broadcastTo: shape)]
        withUnsafeMutableBufferPointer { buffer in
            other.withUnsafeBufferPointer { other in
                guard let target = buffer.baseAddress, let other = other.baseAddress else { return }
                Self.combine(operation, target, other, shape: shape, strides: strides, into: target)
            }
        }
    }

    private static func combine(
        _ operation: ElementwiseOperation, _ left: NDArray, _ right: NDArray, shape: [Int],
        into target: UnsafeMutablePointer<Float>
    ) {
        left.withUnsafeBufferPointer { l in
            right.withUnsafeBufferPointer { r in
                guard let l = l.baseAddress, let r = r.baseAddress else { return }
                combine(
                    operation, l, r, shape: shape,
                    strides: [
                        Self.strides(of: left.shape, broadcastTo: shape),
                        Self.strides(of: right.shape, broadcastTo: shape),
                    ], into: target)
            }
        }
    }

    private static func combine(
        _ operation: ElementwiseOperation, _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, shape: [Int],
        strides: [[Int]], into target: UnsafeMutablePointer<Float>
    ) {
        let loop = StridedLoop(shape: shape, strides: strides)
        let (leftStep, rightStep) = (loop.runStrides[0], loop.runStrides[1])
        loop.parallelForEachPart { offsets, start, count, position in
            kindred_combine(
                operation.code, left + offsets[0] + start * leftStep, leftStep,
                right + offsets[1] + start * rightStep, rightStep, target + position, count)
        }
    }
}

extension NDArray {
    /// An array of rank 0: one number.
    public init(_ value: Float) { self.init(shape: [], repeating: value) }

    /// An array of rank 1.
    ///
    /// - Complexity: O(count).
    public init(_ values: [Float]) { self.init(shape: [values.count], values: values) }

    /// The only element of an array of one element.
    ///
    /// - Precondition: `count == 1`.
    public var scalar: Float {
        precondition(count == 1, "shape \(shape) is not one number")
        return storage.start[0]
    }

    /// The square root of each element.
    ///
    /// - Complexity: O(count).
    public func squareRoots() -> NDArray { map { $0.squareRoot() } }

    /// The absolute value of each element.
    ///
    /// - Complexity: O(count).
    public func magnitudes() -> NDArray { map { abs($0) } }

    /// The square of each element.
    ///
    /// - Complexity: O(count).
    public func squares() -> NDArray { self * self }
}
