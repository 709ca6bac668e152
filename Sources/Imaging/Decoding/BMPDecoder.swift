/// Decodes uncompressed BMP files of 1, 4, 8, 24 or 32 bits a pixel. The fourth byte of 32 is ignored, as in Pillow.
struct BMPDecoder {
    private let name: String
    private var reader: ByteReader

    init(_ bytes: [UInt8], name: String) {
        self.name = name
        reader = ByteReader(bytes[...], bigEndian: false)
    }

    private struct Header {
        var pixelOffset = 0
        var width = 0
        var height = 0
        var bottomUp = true
        var bitsPerPixel = 0
        var palette: [(red: UInt8, green: UInt8, blue: UInt8)] = []
    }

    mutating func decode(limits: ImageLimits) throws(ImagingError) -> Image {
        let header = try readHeader(limits: limits)
        let stride = (header.width * header.bitsPerPixel + 31) / 32 * 4
        reader.position = header.pixelOffset
        guard let data = reader.slice(stride * header.height) else { throw .truncated(name: name) }
        return data.withUnsafeBufferPointer { data in
            Image(width: header.width, height: header.height, colorModel: .rgb) { target in
                for y in 0..<header.height {
                    let row = (header.bottomUp ? header.height - 1 - y : y) * stride
                    for x in 0..<header.width {
                        let to = (y * header.width + x) * 3
                        (target[to], target[to + 1], target[to + 2]) = Self.color(header, data, row, x)
                    }
                }
            }
        }
    }

    /// The colour of pixel `x` in the row that begins at byte `row`.
    @inline(__always)
    private static func color(
        _ header: Header, _ data: UnsafeBufferPointer<UInt8>, _ row: Int, _ x: Int
    ) -> (UInt8, UInt8, UInt8) {
        let bits = header.bitsPerPixel
        if bits >= 24 {
            let from = row + x * bits / 8
            return (data[from + 2], data[from + 1], data[from])
        }
        let byte = Int(data[row + x * bits / 8])
        let index = byte >> (8 - bits - x * bits % 8) & (1 << bits - 1)
        return index < header.palette.count ? header.palette[index] : (0, 0, 0)
    }

    private mutating func readHeader(limits: ImageLimits) throws(ImagingError) -> Header {
        var header = Header()
        reader.position = 10
        guard let offset = reader.uint32(), let headerSize = reader.uint32() else { throw .truncated(name: name) }
        guard headerSize >= 40, headerSize <= 1024 else {
            throw .unsupportedFormat(name: name, reason: "a BMP header of \(headerSize) bytes is not read")
        }
        guard
            let width = reader.int32(), let height = reader.int32(), reader.uint16() != nil,
            let bits = reader.uint16(), let compression = reader.uint32(), reader.slice(12) != nil,
            let colors = reader.uint32()
        else { throw .truncated(name: name) }
        guard compression == 0, [1, 4, 8, 24, 32].contains(bits) else {
            throw .unsupportedFormat(
                name: name, reason: "BMP with \(bits) bits a pixel and compression \(compression) is not read")
        }
        guard width > 0, height != 0 else { throw .corrupt(name: name, reason: "it is \(width) × \(height) pixels") }
        header.pixelOffset = Int(offset)
        header.width = Int(width)
        header.height = abs(Int(height))
        header.bottomUp = height > 0
        header.bitsPerPixel = Int(bits)
        try limits.check(width: header.width, height: header.height, name: name)
        if bits <= 8 {
            reader.position = 14 + Int(headerSize)
            let count = colors == 0 ? 1 << Int(bits) : min(Int(colors), 256)
            guard let entries = reader.slice(count * 4) else { throw .truncated(name: name) }
            let start = entries.startIndex
            header.palette = (0..<count).map {
                (entries[start + $0 * 4 + 2], entries[start + $0 * 4 + 1], entries[start + $0 * 4])
            }
        }
        return header
    }
}
