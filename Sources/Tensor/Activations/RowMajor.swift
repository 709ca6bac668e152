/// An array of floats in order of rows: what ``Matrix`` and ``NDArray`` have in common.
///
/// Its rows run along the last axis. Activations, softmax and normalisation are written once, for both.
public protocol RowMajor: Sendable {
    /// The number of elements of a row: the length of the last axis.
    var rowLength: Int { get }
    /// The number of elements.
    var count: Int { get }

    /// Calls `body` with all elements in order of storage.
    func withUnsafeBufferPointer<R, E: Error>(_ body: (UnsafeBufferPointer<Float>) throws(E) -> R) throws(E) -> R
    /// Calls `body` with all elements in order of storage, to change them in place.
    mutating func withUnsafeMutableBufferPointer<R, E: Error>(
        _ body: (UnsafeMutableBufferPointer<Float>) throws(E) -> R
    ) throws(E) -> R

    /// An array of the shape of `other` that `fill` initializes through a buffer with undefined content.
    init(sameShapeAs other: Self, filledBy fill: (UnsafeMutableBufferPointer<Float>) -> Void)
}

extension Matrix: RowMajor {
    /// The number of elements of a row: ``columns``.
    public var rowLength: Int { columns }

    /// A matrix of the shape of `other` that `fill` initializes through a buffer with undefined content.
    public init(sameShapeAs other: Matrix, filledBy fill: (UnsafeMutableBufferPointer<Float>) -> Void) {
        self.init(rows: other.rows, columns: other.columns, filledBy: fill)
    }
}

extension NDArray: RowMajor {
    /// The number of elements of a row: the length of the last axis; 1 for a single number.
    public var rowLength: Int { shape.last ?? 1 }

    /// An array of the shape of `other` that `fill` initializes through a buffer with undefined content.
    public init(sameShapeAs other: NDArray, filledBy fill: (UnsafeMutableBufferPointer<Float>) -> Void) {
        self.init(shape: other.shape, filledBy: fill)
    }
}

extension RowMajor {
    /// Whether there are no elements.
    public var isEmpty: Bool { count == 0 }

    /// All elements in order of storage, copied.
    ///
    /// - Complexity: O(count).
    public var elements: [Float] { withUnsafeBufferPointer { Array($0) } }

    /// The values of `transform` at each element, computed in parallel.
    ///
    /// - Complexity: O(count) calls of `transform`.
    public func map(_ transform: (Float) -> Float) -> Self {
        withUnsafeBufferPointer { source in
            Self(sameShapeAs: self) { target in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                parallelFor((0..<count).tileCount(size: StridedLoop.tileSize)) { tile in
                    for i in (0..<count).tile(tile, size: StridedLoop.tileSize) { to[i] = transform(from[i]) }
                }
            }
        }
    }
}
