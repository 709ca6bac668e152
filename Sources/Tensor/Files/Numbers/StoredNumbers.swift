private import CKernels

/// The numbers of one array as they lie in a file.
struct StoredNumbers: Sendable {
    /// Exactly the numbers' bytes.
    let content: FileBytes
    let type: ElementType
    let shape: [Int]
    var isBigEndian = false
    var isFortranOrder = false

    /// The number of elements.
    var count: Int { content.bytes.count / type.size }

    private static let hostIsBigEndian = Int(1).bigEndian == 1
    private var isStoredInCOrder: Bool { !isFortranOrder || shape.count < 2 }

    /// All elements as floats in C order: the file's own memory where it already is just that, else converted.
    ///
    /// - Throws: ``TensorError/notFinite(source:row:column:)`` with the first dimension's index as the row and the
    ///   position within that row as the column.
    func storage(requiringFinite: Bool) throws(TensorError) -> FloatStorage {
        let storage = borrowedStorage() ?? convertedStorage()
        if requiringFinite, type.isFloatingPoint,
            let index = UnsafeBufferPointer(start: storage.start, count: storage.count).firstNonFiniteIndex()
        {
            let rowLength = max(1, shape.dropFirst().reduce(1, *))
            throw .notFinite(source: content.path, row: index / rowLength, column: index % rowLength)
        }
        return storage
    }

    /// The numbers where they lie in the file, when they are this machine's floats in C order.
    private func borrowedStorage() -> FloatStorage? {
        guard type == .float32, isBigEndian == Self.hostIsBigEndian, isStoredInCOrder, count > 0,
            let start = content.bytes.baseAddress, Int(bitPattern: start).isMultiple(of: MemoryLayout<Float>.alignment)
        else { return nil }
        return FloatStorage(
            borrowing: start.assumingMemoryBound(to: Float.self), count: count, owner: content.owner)
    }

    /// The numbers as newly allocated floats in C order.
    private func convertedStorage() -> FloatStorage {
        let storage = FloatStorage(uninitializedCount: count)
        let target = UnsafeMutableBufferPointer(start: storage.start, count: count)
        switch type {
        case .boolean: convert(into: target) { (bits: UInt8) in bits == 0 ? 0 : 1 }
        case .int8: convert(into: target) { (bits: Int8) in Float(bits) }
        case .uint8: convert(into: target) { (bits: UInt8) in Float(bits) }
        case .int16: convert(into: target) { (bits: Int16) in Float(bits) }
        case .uint16: convert(into: target) { (bits: UInt16) in Float(bits) }
        case .int32: convert(into: target) { (bits: Int32) in Float(bits) }
        case .uint32: convert(into: target) { (bits: UInt32) in Float(bits) }
        case .int64: convert(into: target) { (bits: Int64) in Float(bits) }
        case .uint64: convert(into: target) { (bits: UInt64) in Float(bits) }
        case .float16: widen(into: target) { kindred_float16_to_float($0, $1, $2) }
        case .bfloat16: widen(into: target) { kindred_bfloat16_to_float($0, $1, $2) }
        case .float32: convert(into: target) { (bits: UInt32) in Float(bitPattern: bits) }
        case .float64: convert(into: target) { (bits: UInt64) in Float(Double(bitPattern: bits)) }
        }
        return storage
    }

    /// All elements in C order. Needs an integer type, or booleans read as 0 and 1.
    ///
    /// - Throws: ``TensorError/format(path:reason:)`` for floating-point types, and for numbers above `Int.max`.
    func integers() throws(TensorError) -> [Int] {
        guard !type.isFloatingPoint else {
            throw .format(path: content.path, reason: "whole numbers are needed; the type is \(type.rawValue)")
        }
        var fits = true
        let result = [Int](unsafeUninitializedCapacity: count) { buffer, initialized in
            let target = UnsafeMutableBufferPointer(rebasing: buffer[..<count])
            switch type {
            case .boolean: convert(into: target) { (bits: UInt8) in bits == 0 ? 0 : 1 }
            case .int8: convert(into: target) { (bits: Int8) in Int(bits) }
            case .uint8: convert(into: target) { (bits: UInt8) in Int(bits) }
            case .int16: convert(into: target) { (bits: Int16) in Int(bits) }
            case .uint16: convert(into: target) { (bits: UInt16) in Int(bits) }
            case .int32: convert(into: target) { (bits: Int32) in Int(bits) }
            case .uint32: convert(into: target) { (bits: UInt32) in Int(bits) }
            case .int64: convert(into: target) { (bits: Int64) in Int(truncatingIfNeeded: bits) }
            case .uint64:
                convert(into: target) { (bits: UInt64) in Int(truncatingIfNeeded: bits) }
                // What is too large has become negative.
                fits = target.allSatisfy { $0 >= 0 }
            case .float16, .bfloat16, .float32, .float64: target.initialize(repeating: 0)
            }
            initialized = count
        }
        guard fits else { throw .format(path: content.path, reason: "a number is larger than \(Int.max)") }
        return result
    }

    /// All elements in C order, in double precision. Needs 64- or 32-bit floats.
    ///
    /// - Throws: ``TensorError/format(path:reason:)`` for other types.
    func doubles() throws(TensorError) -> [Double] {
        guard type == .float64 || type == .float32 else {
            throw .format(
                path: content.path, reason: "numbers in double precision are needed; the type is \(type.rawValue)")
        }
        return [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
            let target = UnsafeMutableBufferPointer(rebasing: buffer[..<count])
            if type == .float64 {
                convert(into: target) { (bits: UInt64) in Double(bitPattern: bits) }
            } else {
                convert(into: target) { (bits: UInt32) in Double(Float(bitPattern: bits)) }
            }
            initialized = count
        }
    }

    /// Elements are converted in tiles of this many, in parallel.
    private static let tileSize = 1 << 17

    /// Converts 16-bit floats by a kernel, which wants them aligned and in this machine's order: where they lie if they
    /// are, else from a copy in that order.
    private func widen(
        into target: UnsafeMutableBufferPointer<Float>,
        by kernel: (UnsafePointer<UInt16>, UnsafeMutablePointer<Float>, Int) -> Void
    ) {
        guard count > 0, let start = content.bytes.baseAddress, let target = target.baseAddress else { return }
        defer { withExtendedLifetime(content.owner) {} }
        func widen(_ source: UnsafePointer<UInt16>) {
            nonisolated(unsafe) let (source, target, kernel) = (source, target, kernel)
            parallelFor((0..<count).tileCount(size: Self.tileSize)) { tile in
                let range = (0..<count).tile(tile, size: Self.tileSize)
                kernel(source + range.lowerBound, target + range.lowerBound, range.count)
            }
        }
        let isAligned = Int(bitPattern: start).isMultiple(of: MemoryLayout<UInt16>.alignment)
        if isAligned, isStoredInCOrder, isBigEndian == Self.hostIsBigEndian {
            widen(start.assumingMemoryBound(to: UInt16.self))
        } else {
            let ordered = UnsafeMutableBufferPointer<UInt16>.allocate(capacity: count)
            defer { ordered.deallocate() }
            convert(into: ordered) { (bits: UInt16) in bits }
            if let ordered = ordered.baseAddress { widen(ordered) }
        }
    }

    /// Writes `value` of each element's bits to its place in C order.
    @inline(__always)
    private func convert<Bits: FixedWidthInteger, Value>(
        into target: UnsafeMutableBufferPointer<Value>, _ value: (Bits) -> Value
    ) {
        guard count > 0, let source = content.bytes.baseAddress, let target = target.baseAddress else { return }
        defer { withExtendedLifetime(content.owner) {} }
        if isStoredInCOrder, isBigEndian == Self.hostIsBigEndian {
            nonisolated(unsafe) let (source, target, value) = (source, target, value)
            parallelFor((0..<count).tileCount(size: Self.tileSize)) { tile in
                for index in (0..<count).tile(tile, size: Self.tileSize) {
                    let bits = source.loadUnaligned(fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
                    (target + index).initialize(to: value(bits))
                }
            }
            return
        }
        func element(_ index: Int) -> Value {
            let bits = source.loadUnaligned(fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
            return value(isBigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits))
        }
        guard isStoredInCOrder else { return convertFortranOrder(into: target, element) }
        for index in 0..<count { (target + index).initialize(to: element(index)) }
    }

    /// Fortran order: the first index runs fastest. The others count up like an odometer, each step moving by the
    /// stride that its dimension has in C order.
    @inline(__always)
    private func convertFortranOrder<Value>(into target: UnsafeMutablePointer<Value>, _ element: (Int) -> Value) {
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in (0..<shape.count - 1).reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
        var position = [Int](repeating: 0, count: shape.count)
        var base = 0
        for start in stride(from: 0, to: count, by: shape[0]) {
            for index in 0..<shape[0] { (target + base + index * strides[0]).initialize(to: element(start + index)) }
            for axis in 1..<shape.count {
                position[axis] += 1
                base += strides[axis]
                if position[axis] < shape[axis] { break }
                base -= strides[axis] * shape[axis]
                position[axis] = 0
            }
        }
    }
}
