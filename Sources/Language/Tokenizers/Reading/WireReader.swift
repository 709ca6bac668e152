/// Goes through the fields of a message in protocol buffers' wire format.
///
/// Strict, and in constant memory: a field is a number, or a part of the bytes that were given. What is nested is read by
/// another reader, so that no file decides how deep.
///
/// - Reference: Protocol Buffers, Encoding.
struct WireReader {
    /// What is wrong with a message, and at which of the file's bytes.
    struct Problem: Error {
        let offset: Int
        let reason: String
    }

    enum Value {
        case number(UInt64)
        case fixed32(UInt32)
        case fixed64(UInt64)
        /// A text, bytes or a message: where in the file they lie.
        case bytes(Range<Int>)
    }

    private let bytes: UnsafeRawBufferPointer
    private var position: Int
    private let end: Int

    /// - Precondition: `range` lies within the bytes.
    init(_ bytes: UnsafeRawBufferPointer, in range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    func problem(_ reason: String) -> Problem { Problem(offset: position, reason: reason) }

    /// The next field; `nil` after the last.
    mutating func next() throws(Problem) -> (field: Int, value: Value)? {
        guard position < end else { return nil }
        let key = try number()
        guard let field = Int(exactly: key >> 3), (1..<1 << 29).contains(field) else {
            throw problem("the number of a field must be from 1 to 2²⁹ − 1")
        }
        switch key & 7 {
        case 0: return (field, .number(try number()))
        case 1: return (field, .fixed64(try fixed(UInt64.self)))
        case 2:
            let length = try number()
            guard length <= UInt64(end - position) else {
                throw problem("field \(field) is \(length) bytes long; \(end - position) are left")
            }
            defer { position += Int(length) }
            return (field, .bytes(position..<position + Int(length)))
        case 5: return (field, .fixed32(try fixed(UInt32.self)))
        default: throw problem("field \(field) is of type \(key & 7); 0, 1, 2 and 5 are known")
        }
    }

    /// Seven bits in each byte, the lowest first.
    private mutating func number() throws(Problem) -> UInt64 {
        var (result, shift) = (UInt64(0), UInt64(0))
        while position < end {
            let byte = bytes[position]
            guard shift < 63 || byte < 2 else { throw problem("a number has more than 64 bits") }
            position += 1
            result |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return result }
            shift += 7
        }
        throw problem("the message ends within a number")
    }

    private mutating func fixed<Number: FixedWidthInteger>(_ type: Number.Type) throws(Problem) -> Number {
        guard end - position >= MemoryLayout<Number>.size else { throw problem("the message ends within a number") }
        defer { position += MemoryLayout<Number>.size }
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Number.self))
    }
}
