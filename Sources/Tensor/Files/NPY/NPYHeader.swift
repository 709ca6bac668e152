extension ElementType {
    /// The types that `.npy` files hold.
    package static let npyTypes = allCases.filter { $0.npyCode != nil }

    /// NumPy's code without the byte order: `f4` for ``float32``.
    package var npyCode: String? {
        switch self {
        case .boolean: "b1"
        case .int8: "i1"
        case .int16: "i2"
        case .int32: "i4"
        case .int64: "i8"
        case .uint8: "u1"
        case .uint16: "u2"
        case .uint32: "u4"
        case .uint64: "u8"
        case .float16: "f2"
        case .float32: "f4"
        case .float64: "f8"
        case .bfloat16: nil
        }
    }
}

/// What stands before the numbers in a `.npy` file.
///
/// - Reference: NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays".
package struct NPYHeader: Equatable {
    var element: ElementType
    var isBigEndian: Bool
    var isFortranOrder: Bool
    var shape: [Int]
    /// The number of elements, which is known not to overflow as bytes.
    var count: Int
    /// Where the numbers start.
    package var dataOffset: Int
    /// The type as the file has it.
    private var typeCode: String

    /// NumPy's own limit for headers that it does not trust.
    package static let longestDictionary = 10_000
    /// NumPy arrays have at most 64 dimensions.
    static let mostDimensions = 64

    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    /// Reads the header at the start of `file`, whose numbers end where it does.
    package init(_ file: UnsafeRawBufferPointer, path: String) throws(TensorError) {
        try self.init(prefix: file, path: path)
        let found = file.count - dataOffset
        guard found == byteCount else {
            let what = found < byteCount ? "the file is cut short" : "the file has bytes after its numbers"
            throw .format(
                path: path,
                reason:
                    "\(what): shape \(Self.describe(shape)) of type \(typeCode) takes \(byteCount) bytes, \(found) found"
            )
        }
    }

    /// Reads the header at the start of `file`, behind which there may be anything.
    package init(prefix file: UnsafeRawBufferPointer, path: String) throws(TensorError) {
        func problem(_ reason: String) -> TensorError { .format(path: path, reason: reason) }
        guard file.count >= 8 else {
            throw problem("not a .npy file: it has \(file.count) bytes, and the shortest header is longer")
        }
        guard file.prefix(6).elementsEqual(Self.magic) else {
            throw problem("not a .npy file: it does not start with \\x93NUMPY")
        }
        let (major, minor) = (file[6], file[7])
        guard (1...3).contains(major), minor == 0 else {
            throw problem("version \(major).\(minor) of the .npy format is not known; 1.0, 2.0 and 3.0 are")
        }
        let lengthSize = major == 1 ? 2 : 4
        let start = 8 + lengthSize
        guard file.count >= start else { throw problem("the file ends inside its header, after \(file.count) bytes") }
        let length = (0..<lengthSize).reduce(0) { $0 | Int(file[8 + $1]) << (8 * $1) }
        guard length <= Self.longestDictionary else {
            throw problem("the header is \(length) bytes long; at most \(Self.longestDictionary) are read")
        }
        guard file.count - start >= length else {
            throw problem("the file ends inside its header: \(start + length) bytes expected, \(file.count) found")
        }
        let text = Array(file[start..<start + length])
        let fields: NPYDictionary
        do throws(NPYDictionary.Problem) {
            fields = try NPYDictionary(text)
        } catch {
            throw problem("the header is damaged at byte \(start + error.offset): \(error.reason)")
        }
        (element, isBigEndian) = try Self.element(of: fields.typeCode, problem)
        isFortranOrder = fields.isFortranOrder
        shape = fields.shape
        dataOffset = start + length
        guard let expected = element.byteCount(of: shape) else {
            throw problem("the shape \(Self.describe(shape)) has more elements than memory could hold")
        }
        count = expected / element.size
        typeCode = fields.typeCode
    }

    /// How many bytes the numbers take.
    package var byteCount: Int { count * element.size }

    /// A shape as NumPy prints it.
    static func describe(_ shape: [Int]) -> String {
        "(\(shape.map(String.init).joined(separator: ", "))\(shape.count == 1 ? "," : ""))"
    }

    private static func element(
        of code: String, _ problem: (String) -> TensorError
    ) throws(TensorError) -> (ElementType, isBigEndian: Bool) {
        let order = code.first
        let type = String(code.dropFirst())
        guard let order, "<>|=".contains(order), !type.hasPrefix("O") else {
            if type.hasPrefix("O") || code.hasPrefix("O") {
                throw problem("it holds Python objects, not numbers; save it with a number type such as float32")
            }
            throw problem("the type '\(code)' is not understood; \(supported)")
        }
        guard let element = ElementType.npyTypes.first(where: { $0.npyCode == type }), order != "|" || element.size == 1
        else {
            throw problem("numbers of type '\(code)' are not read; \(supported)")
        }
        return (element, order == ">" || (order == "=" && Int(1).bigEndian == 1))
    }

    private static var supported: String {
        "save it as one of \(ElementType.npyTypes.compactMap(\.npyCode).joined(separator: ", "))"
    }
}
