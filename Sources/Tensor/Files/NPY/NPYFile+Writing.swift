extension NPYFile {
    /// Writes `values` to `path` as a `.npy` array `[n]` of type `i4`.
    ///
    /// - Throws: ``TensorError/file(path:reason:)``; then what was at `path` is still there.
    /// - Complexity: O(n).
    public static func write(_ values: [Int32], to path: String) throws(TensorError) {
        try values.withUnsafeBufferPointer { (values) throws(TensorError) in
            try write(UnsafeRawBufferPointer(values), type: .int32, shape: [values.count], to: path)
        }
    }

    /// Writes `values` to `path` as a `.npy` array `[n]` of type `f4`.
    ///
    /// - Throws: ``TensorError/file(path:reason:)``; then what was at `path` is still there.
    /// - Complexity: O(n).
    public static func write(_ values: [Float], to path: String) throws(TensorError) {
        try values.withUnsafeBufferPointer { (values) throws(TensorError) in
            try write(UnsafeRawBufferPointer(values), type: .float32, shape: [values.count], to: path)
        }
    }

    /// Writes this machine's own numbers, in C order.
    static func write(
        _ elements: UnsafeRawBufferPointer, type: ElementType, shape: [Int], to path: String
    ) throws(TensorError) {
        let file = try AtomicFile(path)
        try file.write(headerBytes(type: type, shape: shape))
        try file.write(elements)
        try file.commit()
    }

    /// The header that `numpy.save` writes, byte for byte.
    static func headerBytes(type: ElementType, shape: [Int]) -> [UInt8] {
        let order = Int(1).bigEndian == 1 ? ">" : "<"
        var dictionary =
            "{'descr': '\(order)\(type.npyCode ?? "")', 'fortran_order': False, 'shape': \(NPYHeader.describe(shape)), }"
        // NumPy leaves room for the first dimension to grow to 21 digits in place.
        if let first = shape.first { dictionary += String(repeating: " ", count: 21 - String(first).utf8.count) }
        let unpadded = NPYHeader.magic.count + 4 + dictionary.utf8.count + 1
        dictionary += String(repeating: " ", count: 63 - (unpadded + 63) % 64) + "\n"
        let length = UInt16(dictionary.utf8.count)
        return NPYHeader.magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(dictionary.utf8)
    }
}
