extension Matrix {
    /// The matrix in the `.npy` file at `path`.
    ///
    /// A file of little-endian `f4` numbers in C order, which is what Kindred writes, is used in place: nothing is
    /// copied until the matrix is changed. All other types are converted, as ``NPYFile/floats(requiringFinite:)``
    /// describes.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - requiringFinite: whether NaN and infinities are an error. Checking reads the whole file once.
    ///   - vectorAsColumn: whether an array of one dimension is read as a column `[n × 1]`; otherwise it is an error.
    /// - Throws: ``TensorError/file(path:reason:)``, ``TensorError/format(path:reason:)`` for a file that is not a
    ///   matrix, and ``TensorError/notFinite(source:row:column:)`` with row and column from 0.
    /// - Complexity: O(n · d); O(1) for a file used in place without the check.
    public init(npy path: String, requiringFinite: Bool = true, vectorAsColumn: Bool = false) throws(TensorError) {
        let file = try NPYFile(path)
        let shape = NPYHeader.describe(file.shape)
        let columns: Int
        switch file.shape.count {
        case 2: columns = file.shape[1]
        case 1 where vectorAsColumn: columns = 1
        case 1:
            throw .format(path: path, reason: "a matrix has two dimensions; the array is a vector of shape \(shape)")
        case 0: throw .format(path: path, reason: "a matrix has two dimensions; the array is a single number")
        default:
            throw .format(
                path: path, reason: "a matrix has two dimensions; the array has \(file.shape.count), shape \(shape)")
        }
        let storage = try file.storage(requiringFinite: requiringFinite)
        self.init(rows: file.shape[0], columns: columns, storage: storage)
    }

    /// Writes the matrix to `path` as `.npy`: `f4`, C order, version 1.0, the very bytes that `numpy.save` writes.
    ///
    /// - Throws: ``TensorError/file(path:reason:)``; then what was at `path` is still there.
    /// - Complexity: O(n · d).
    public func write(npy path: String) throws(TensorError) {
        try NDArray(self).write(npy: path)
    }
}

extension NDArray {
    /// The array in the `.npy` file at `path`, of any number of dimensions.
    ///
    /// A file of little-endian `f4` numbers in C order, which is what Kindred writes, is used in place: nothing is
    /// copied until the array is changed. All other types are converted, as ``NPYFile/floats(requiringFinite:)``
    /// describes.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - requiringFinite: whether NaN and infinities are an error. Checking reads the whole file once.
    /// - Throws: ``TensorError/file(path:reason:)``, ``TensorError/format(path:reason:)`` for a file that is not a
    ///   whole array of numbers, and ``TensorError/notFinite(source:row:column:)``.
    /// - Complexity: O(count); O(1) for a file used in place without the check.
    public init(npy path: String, requiringFinite: Bool = true) throws(TensorError) {
        self = try NPYFile(path).array(requiringFinite: requiringFinite)
    }

    /// Writes the array to `path` as `.npy`: `f4`, C order, version 1.0, the very bytes that `numpy.save` writes.
    ///
    /// - Throws: ``TensorError/file(path:reason:)``; then what was at `path` is still there.
    /// - Complexity: O(count).
    public func write(npy path: String) throws(TensorError) {
        try withUnsafeBufferPointer { (elements) throws(TensorError) in
            try NPYFile.write(UnsafeRawBufferPointer(elements), type: .float32, shape: shape, to: path)
        }
    }
}
