private import CZlib

/// Writes a zip archive, entry by entry, as Python's `zipfile` does for NumPy.
struct ZipWriter {
    private let file: AtomicFile
    private var offset = 0
    private var directory: [UInt8] = []
    private var entryCount = 0

    /// Beyond this `zipfile` uses the fields for large archives, though they would begin to be needed only at twice as
    /// much.
    static let largestSmall = 0x7FFF_FFFF
    private let largestSmall: Int

    init(_ file: AtomicFile, largestSmall: Int) {
        self.file = file
        self.largestSmall = largestSmall
    }

    /// Adds an entry whose content is `parts`, one after the other.
    mutating func add(name: String, parts: [UnsafeRawBufferPointer], compressed: Bool) throws(TensorError) {
        let byteCount = parts.reduce(0) { $0 + $1.count }
        let checksum = parts.reduce(0) { kindred_crc32($0, $1.baseAddress, $1.count) }
        guard compressed else {
            try addHeader(name, .stored, storedCount: byteCount, byteCount: byteCount, checksum: checksum)
            for part in parts { try write(part) }
            return
        }
        let room = kindred_deflate_bound(byteCount)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 64)
        defer { buffer.deallocate() }
        var count = room
        let zlibParts = parts.map { kindred_zlib_part(bytes: $0.baseAddress, count: $0.count) }
        guard kindred_deflate(zlibParts, zlibParts.count, buffer.baseAddress, &count) == KINDRED_ZLIB_OK else {
            throw .file(path: file.path, reason: "zlib could not compress \(quoted(name))")
        }
        try addHeader(name, .deflated, storedCount: count, byteCount: byteCount, checksum: checksum)
        try write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }

    /// Writes the directory. Nothing can be added afterwards.
    mutating func finish() throws(TensorError) {
        let start = offset
        let size = directory.count
        try write(directory)
        let end = offset
        var record: [UInt8] = []
        if entryCount > ZipFormat.elsewhere16 || start > largestSmall || size > largestSmall {
            record.append(number: ZipFormat.End.largeMark)
            record.append(number: UInt64(ZipFormat.End.largeLength - 12))
            record.append(number: ZipFormat.largeVersion)
            record.append(number: ZipFormat.largeVersion)
            record.append(number: UInt64(0))
            for number in [entryCount, entryCount, size, start] { record.append(number: UInt64(number)) }
            record.append(number: ZipFormat.End.locatorMark)
            record.append(number: UInt32(0))
            record.append(number: UInt64(end))
            record.append(number: UInt32(1))
        }
        record.append(number: ZipFormat.End.mark)
        record.append(number: UInt32(0))
        for _ in 0..<2 { record.append(number: UInt16(min(entryCount, ZipFormat.elsewhere16))) }
        for number in [size, start] { record.append(number: UInt32(min(number, ZipFormat.elsewhere))) }
        record.append(number: UInt16(0))
        try write(record)
    }

    /// Writes the entry's own header, and notes its listing.
    private mutating func addHeader(
        _ name: String, _ method: ZipFormat.Method, storedCount: Int, byteCount: Int, checksum: UInt32
    ) throws(TensorError) {
        let isASCII = name.utf8.allSatisfy { $0 < 0x80 }
        var common: [UInt8] = []
        common.append(number: ZipFormat.largeVersion)
        common.append(number: UInt16(isASCII ? 0 : ZipFormat.nameIsUTF8))
        common.append(number: method.rawValue)
        common.append(number: UInt16(0))
        common.append(number: ZipFormat.date)
        common.append(number: checksum)

        var header: [UInt8] = []
        header.append(number: ZipFormat.Local.mark)
        header += common
        // NumPy asks for the large form always.
        for _ in 0..<2 { header.append(number: UInt32(ZipFormat.elsewhere)) }
        header.append(number: UInt16(name.utf8.count))
        header.append(number: UInt16(20))
        header += Array(name.utf8)
        header.append(extra: [byteCount, storedCount])

        var large = byteCount > largestSmall || storedCount > largestSmall ? [byteCount, storedCount] : []
        directory.append(number: ZipFormat.Central.mark)
        // Made by version 4.5 on Unix, whose permissions follow below.
        directory.append(number: ZipFormat.largeVersion | 3 << 8)
        directory += common
        for number in [storedCount, byteCount] {
            directory.append(number: UInt32(large.isEmpty ? number : ZipFormat.elsewhere))
        }
        if offset > largestSmall { large.append(offset) }
        directory.append(number: UInt16(name.utf8.count))
        directory.append(number: UInt16(large.isEmpty ? 0 : 4 + 8 * large.count))
        for _ in 0..<3 { directory.append(number: UInt16(0)) }
        directory.append(number: UInt32(0o600 << 16))
        directory.append(number: UInt32(offset > largestSmall ? ZipFormat.elsewhere : offset))
        directory += Array(name.utf8)
        if !large.isEmpty { directory.append(extra: large) }
        entryCount += 1
        try write(header)
    }

    private mutating func write(_ bytes: [UInt8]) throws(TensorError) {
        try file.write(bytes)
        offset += bytes.count
    }

    private mutating func write(_ bytes: UnsafeRawBufferPointer) throws(TensorError) {
        try file.write(bytes)
        offset += bytes.count
    }
}

extension [UInt8] {
    /// Adds the bytes of `number`, the least significant first.
    fileprivate mutating func append(number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }

    /// Adds an extra field for large archives.
    fileprivate mutating func append(extra numbers: [Int]) {
        append(number: UInt16(ZipFormat.largeExtra))
        append(number: UInt16(8 * numbers.count))
        for number in numbers { append(number: UInt64(number)) }
    }
}
