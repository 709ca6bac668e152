extension NPYFile {
    /// The numbers where they lie in the file, when they are this machine's floats in C order.
    func borrowedStorage() -> FloatStorage? {
        let hostIsBigEndian = Int(1).bigEndian == 1
        guard element == .float32, header.isBigEndian == hostIsBigEndian, isStoredInCOrder, count > 0,
            let start = map.bytes.baseAddress, header.dataOffset.isMultiple(of: MemoryLayout<Float>.alignment)
        else { return nil }
        let floats = (start + header.dataOffset).assumingMemoryBound(to: Float.self)
        return FloatStorage(borrowing: floats, count: count, owner: map)
    }

    /// The numbers as newly allocated floats in C order.
    func convertedStorage() -> FloatStorage {
        let storage = FloatStorage(uninitializedCount: count)
        let target = UnsafeMutableBufferPointer(start: storage.start, count: count)
        switch element {
        case .boolean: convert(into: target) { (bits: UInt8) in bits == 0 ? 0 : 1 }
        case .int8: convert(into: target) { (bits: Int8) in Float(bits) }
        case .uint8: convert(into: target) { (bits: UInt8) in Float(bits) }
        case .int16: convert(into: target) { (bits: Int16) in Float(bits) }
        case .uint16: convert(into: target) { (bits: UInt16) in Float(bits) }
        case .int32: convert(into: target) { (bits: Int32) in Float(bits) }
        case .uint32: convert(into: target) { (bits: UInt32) in Float(bits) }
        case .int64: convert(into: target) { (bits: Int64) in Float(bits) }
        case .uint64: convert(into: target) { (bits: UInt64) in Float(bits) }
        case .float16: convert(into: target) { (bits: UInt16) in Float(halfPrecisionBits: bits) }
        case .float32: convert(into: target) { (bits: UInt32) in Float(bitPattern: bits) }
        case .float64: convert(into: target) { (bits: UInt64) in Float(Double(bitPattern: bits)) }
        }
        return storage
    }

    private var isStoredInCOrder: Bool { !header.isFortranOrder || shape.count < 2 }

    /// Writes `value` of each element's bits to its place in C order.
    @inline(__always)
    func convert<Bits: FixedWidthInteger, Value>(
        into target: UnsafeMutableBufferPointer<Value>, _ value: (Bits) -> Value
    ) {
        let source = UnsafeRawBufferPointer(rebasing: map.bytes[header.dataOffset...])
        func element(_ index: Int) -> Value {
            let bits = source.loadUnaligned(fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
            return value(header.isBigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits))
        }
        guard !isStoredInCOrder, count > 0 else {
            for index in 0..<count { target[index] = element(index) }
            return
        }
        // Fortran order: the first index runs fastest. The others count up like an odometer, each step moving by the
        // stride that its dimension has in C order.
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in (0..<shape.count - 1).reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
        var position = [Int](repeating: 0, count: shape.count)
        var base = 0
        for start in stride(from: 0, to: count, by: shape[0]) {
            for index in 0..<shape[0] { target[base + index * strides[0]] = element(start + index) }
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

extension Float {
    /// The value of an IEEE 754 half-precision number. Written out because `Float16` does not exist on every platform.
    init(halfPrecisionBits bits: UInt16) {
        let sign = UInt32(bits & 0x8000) << 16
        let exponent = UInt32(bits >> 10) & 0x1F
        let fraction = UInt32(bits & 0x3FF)
        switch exponent {
        case 0:
            // Zero and the subnormal numbers: fraction · 2⁻²⁴, exact in single precision.
            let magnitude = Float(fraction) * 0x1p-24
            self = sign == 0 ? magnitude : -magnitude
        case 0x1F: self.init(bitPattern: sign | 0x7F80_0000 | fraction << 13)
        default: self.init(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}

extension UnsafeBufferPointer<Float> {
    /// Where the first NaN or infinity is.
    ///
    /// - Complexity: O(count).
    package func firstNonFiniteIndex() -> Int? {
        let tileSize = 1 << 16
        nonisolated(unsafe) let elements = self
        let found = parallelMap((0..<count).tileCount(size: tileSize)) { tile -> Int? in
            let range = (0..<elements.count).tile(tile, size: tileSize)
            // A sum of flags without a branch, which the compiler turns into vector code; the place is looked for only
            // where there is one.
            var count: UInt32 = 0
            for index in range { count &+= elements[index].bitPattern & 0x7F80_0000 == 0x7F80_0000 ? 1 : 0 }
            return count == 0 ? nil : range.first { !elements[$0].isFinite }
        }
        return found.lazy.compactMap { $0 }.first
    }
}
