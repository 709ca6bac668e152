import Tensor

/// Layers of bytes in a file, in the order in which they were written.
///
/// A head, then for each layer: the numbers of outputs, inputs and factors; what belongs to each output and input; the whole
/// numbers in the order in which products of every kind of processor read them, where they lie. All of it starts at
/// multiples of 64 bytes. A digest tells whether the file is what was written.
struct StoredLayers {
    private let bytes: FileBytes
    private var place = Head.size

    /// What a file begins with.
    struct Head {
        static let magic = Array("kindred8".utf8)
        static let version: UInt64 = 1
        /// Magic, version, length, key, digest of the rest.
        static let size = 128

        var length: Int
        /// What the layers were made of. 32 bytes.
        var key: [UInt8]
        var digest: [UInt8]

        var bytes: [UInt8] {
            var result = Self.magic
            for number in [Self.version, UInt64(length)] {
                withUnsafeBytes(of: number.littleEndian) { result.append(contentsOf: $0) }
            }
            result += key + digest
            return result + [UInt8](repeating: 0, count: Self.size - result.count)
        }
    }

    /// The layers in a file; `nil` where there is none, or one that is damaged, of another version or for another key.
    init?(path: String, key: [UInt8]) {
        guard let bytes = try? FileBytes(mapping: path) else { return nil }
        self.bytes = bytes
        let content = bytes.bytes
        guard content.count >= Head.size else { return nil }
        let head = Head(
            length: content.count, key: key,
            digest: Self.digest(UnsafeRawBufferPointer(rebasing: content[Head.size...])))
        guard content.prefix(Head.size).elementsEqual(head.bytes) else { return nil }
    }

    /// The digest of parts' digests, which several threads find at once.
    private static func digest(_ content: UnsafeRawBufferPointer) -> [UInt8] {
        let size = 1 << 21
        nonisolated(unsafe) let content = content
        let parts = parallelMap((0..<content.count).tileCount(size: size)) { part in
            var digest = SHA256()
            digest.update(UnsafeRawBufferPointer(rebasing: content[(0..<content.count).tile(part, size: size)]))
            return digest.bytes
        }
        var digest = SHA256()
        for part in parts { digest.update(part) }
        return digest.bytes
    }

    /// Writes layers of bytes, for ``init(path:key:)``.
    static func write(_ layers: [LinearLayer.Parts], path: String, key: [UInt8]) throws(TensorError) {
        var body: [UInt8] = []
        func add<Number>(_ numbers: [Number]) { numbers.withUnsafeBytes { add($0) } }
        func add(_ bytes: UnsafeRawBufferPointer) {
            body.append(contentsOf: bytes)
            body.append(contentsOf: repeatElement(0, count: (64 - bytes.count % 64) % 64))
        }
        for parts in layers {
            add([UInt64(parts.outputs), UInt64(parts.inputs), UInt64(parts.factors.count), 0])
            add(parts.scales)
            add(parts.sums)
            add(parts.bias)
            add(parts.factors)
            add(UnsafeRawBufferPointer(start: parts.panels.start, count: parts.panels.count * 4))
        }
        let head = Head(
            length: Head.size + body.count, key: key,
            digest: body.withUnsafeBytes { digest($0) })
        let file = try AtomicFile(path)
        try file.write(head.bytes)
        try file.write(body)
        // What a crash leaves half-written is found out by its digest: nobody needs to wait for the disk.
        try file.commit(waitingForDisk: false)
    }

    /// The next layer, if it is of this form.
    mutating func next(_ activation: Activation, outputs: Int, inputs: Int) -> LinearLayer? {
        let start = place
        guard let head = take(4 * 8) else { return nil }
        let numbers = (0..<3).map { head.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self) }
        let hasFactors = numbers[2] == UInt64(inputs)
        guard numbers[0] == UInt64(outputs), numbers[1] == UInt64(inputs), hasFactors || numbers[2] == 0,
            let scales = take(outputs * 4), let sums = take(outputs * 4), let bias = take(outputs * 4),
            let factors = take(hasFactors ? inputs * 4 : 0)
        else {
            place = start
            return nil
        }
        let count = LinearLayer.Parts.panelFloats(outputs: outputs, inputs: inputs)
        guard let panels = take(count * 4), let first = panels.baseAddress else {
            place = start
            return nil
        }
        let parts = LinearLayer.Parts(
            inputs: inputs, outputs: outputs, scales: Self.numbers(scales), sums: Self.numbers(sums),
            bias: Self.numbers(bias), factors: Self.numbers(factors),
            panels: FloatStorage(
                borrowing: first.assumingMemoryBound(to: Float.self), count: count, owner: bytes.owner))
        return LinearLayer(parts, activation: activation)
    }

    private mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
        let end = place + (count + 63) / 64 * 64
        guard end <= bytes.bytes.count else { return nil }
        defer { place = end }
        return UnsafeRawBufferPointer(rebasing: bytes.bytes[place..<place + count])
    }

    private static func numbers<Number: BitwiseCopyable>(_ bytes: UnsafeRawBufferPointer) -> [Number] {
        (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Number.self) }
    }
}
