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

    /// An array of the same shape that `fill` initializes through a buffer with undefined content.
    func sameShape(filledBy fill: (UnsafeMutableBufferPointer<Float>) -> Void) -> Self
}

extension Matrix: RowMajor {
    public var rowLength: Int { columns }

    public func sameShape(filledBy fill: (UnsafeMutableBufferPointer<Float>) -> Void) -> Matrix {
        Matrix(rows: rows, columns: columns, filledBy: fill)
    }
}

extension NDArray: RowMajor {
    public var rowLength: Int { shape.last ?? 1 }

    public func sameShape(filledBy fill: (UnsafeMutableBufferPointer<Float>) -> Void) -> NDArray {
        NDArray(shape: shape, filledBy: fill)
    }
}
