/// An array that is to be written under a name.
struct NamedNumbers: Sendable {
    enum Content: Sendable {
        case floats(NDArray)
        case doubles([Double])
        case integers([Int64])
    }

    let name: String
    let shape: [Int]
    let content: Content

    init(_ array: NDArray, name: String) {
        self.name = name
        shape = array.shape
        content = .floats(array)
    }

    init(_ doubles: [Double], name: String) {
        self.name = name
        shape = [doubles.count]
        content = .doubles(doubles)
    }

    /// - Precondition: the product of `shape` is `integers.count`.
    init(_ integers: [Int], shape: [Int]?, name: String) {
        let shape = shape ?? [integers.count]
        precondition(NDArray.elementCount(of: shape) == integers.count, "\(integers.count) values do not fill \(shape)")
        self.name = name
        self.shape = shape
        content = .integers(integers.map(Int64.init))
    }

    /// Calls `body` with the elements as this machine holds them.
    func withUnsafeBytes(_ body: (UnsafeRawBufferPointer) throws(TensorError) -> Void) throws(TensorError) {
        switch content {
        case .floats(let array):
            try array.withUnsafeBufferPointer { (floats) throws(TensorError) in try body(UnsafeRawBufferPointer(floats))
            }
        case .doubles(let doubles):
            try doubles.withUnsafeBufferPointer { (doubles) throws(TensorError) in
                try body(UnsafeRawBufferPointer(doubles))
            }
        case .integers(let integers):
            try integers.withUnsafeBufferPointer { (integers) throws(TensorError) in
                try body(UnsafeRawBufferPointer(integers))
            }
        }
    }
}
