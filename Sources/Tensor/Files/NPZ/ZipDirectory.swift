/// The list of entries at the end of a zip archive.
///
/// The archive is not trusted. Both descriptions of each entry, in the directory and before its content, must agree;
/// contents must lie before the directory and apart from each other (overlapping ones are how a small archive becomes
/// an immense one); nothing may be encrypted or spread over several files.
struct ZipDirectory {
    let entries: [(name: String, entry: ZipEntry)]

    static let mostEntries = 1 << 16

    struct Problem: Error {
        let reason: String

        init(_ reason: String) { self.reason = reason }
    }

    init(_ archive: UnsafeRawBufferPointer) throws(Problem) {
        let fields = ByteFields(bytes: archive)
        let place = try DirectoryPlace(fields)
        guard place.entryCount <= Self.mostEntries else {
            throw Problem("the archive has \(place.entryCount) entries; at most \(Self.mostEntries) are read")
        }
        // Each takes its record at least, so that a false count cannot ask for much memory.
        guard place.entryCount <= place.range.count / ZipFormat.Central.length else {
            throw Problem("the directory is too short for \(place.entryCount) entries")
        }
        var position = place.range.lowerBound
        var entries: [(name: String, entry: ZipEntry)] = []
        var spans: [(span: Range<Int>, index: Int)] = []
        entries.reserveCapacity(place.entryCount)
        for index in 0..<place.entryCount {
            let listing = try Listing(fields, at: position, before: place.range.upperBound)
            let stored = try listing.stored(fields, before: place.range.lowerBound)
            guard let method = ZipFormat.Method(rawValue: listing.method) else {
                throw Problem("\(quoted(listing.name)) is compressed by method \(listing.method); 0 and 8 are read")
            }
            if method == .stored, listing.byteCount != stored.count {
                throw Problem(
                    "\(quoted(listing.name)) is stored as \(stored.count) bytes, but said to be \(listing.byteCount)")
            }
            let entry = ZipEntry(
                method: method, checksum: listing.checksum, stored: stored, byteCount: listing.byteCount)
            entries.append((listing.name, entry))
            spans.append((listing.offset..<stored.upperBound, index))
            position = listing.end
        }
        guard position == place.range.upperBound else {
            throw Problem("the directory has bytes after its \(place.entryCount) entries")
        }
        spans.sort { $0.span.lowerBound < $1.span.lowerBound }
        for (former, latter) in zip(spans, spans.dropFirst()) where latter.span.lowerBound < former.span.upperBound {
            throw Problem("\(quoted(entries[former.index].name)) and \(quoted(entries[latter.index].name)) overlap")
        }
        self.entries = entries
    }
}

/// Where the directory lies, as the records after it say.
private struct DirectoryPlace {
    let range: Range<Int>
    let entryCount: Int

    init(_ fields: ByteFields) throws(ZipDirectory.Problem) {
        typealias End = ZipFormat.End
        let count = fields.bytes.count
        // The last record ends with a comment of any length: the mark is looked for from the end, and what it starts
        // must reach exactly to the end.
        var candidate = count - End.length
        let last = max(0, candidate - End.longestComment)
        while candidate >= last {
            if fields.number(at: candidate, as: UInt32.self) == End.mark,
                fields.uint16(candidate + 20) == count - candidate - End.length
            {
                break
            }
            candidate -= 1
        }
        guard candidate >= last, let disk = fields.uint16(candidate + 4), let firstDisk = fields.uint16(candidate + 6),
            let countHere = fields.uint16(candidate + 8), let entryCount = fields.uint16(candidate + 10),
            let size = fields.uint32(candidate + 12), let offset = fields.uint32(candidate + 16)
        else { throw ZipDirectory.Problem("it has no directory at its end: it is no zip archive, or cut short") }
        guard disk == 0, firstDisk == 0, countHere == entryCount else {
            throw ZipDirectory.Problem("it is one of several parts of an archive")
        }
        let locator = candidate - End.locatorLength
        if fields.number(at: locator, as: UInt32.self) == End.locatorMark {
            try self.init(large: fields, locator: locator, small: (entryCount, size, offset))
        } else {
            try self.init(offset: offset, size: size, end: candidate, entryCount: entryCount)
        }
    }

    /// A large archive's directory. What the last record says without evasion must be the same.
    private init(
        large fields: ByteFields, locator: Int, small: (entryCount: Int, size: Int, offset: Int)
    ) throws(ZipDirectory.Problem) {
        typealias End = ZipFormat.End
        guard fields.number(at: locator + 4, as: UInt32.self) == 0,
            fields.number(at: locator + 16, as: UInt32.self) == 1,
            let record = fields.uint64(locator + 8), record == locator - End.largeLength,
            fields.number(at: record, as: UInt32.self) == End.largeMark,
            fields.uint64(record + 4) == End.largeLength - 12, fields.uint32(record + 16) == 0,
            fields.uint32(record + 20) == 0, let countHere = fields.uint64(record + 24),
            let entryCount = fields.uint64(record + 32), countHere == entryCount,
            let size = fields.uint64(record + 40), let offset = fields.uint64(record + 48),
            small.entryCount == entryCount || small.entryCount == ZipFormat.elsewhere16,
            small.size == size || small.size == ZipFormat.elsewhere,
            small.offset == offset || small.offset == ZipFormat.elsewhere
        else { throw ZipDirectory.Problem("the end of its directory is damaged") }
        try self.init(offset: offset, size: size, end: record, entryCount: entryCount)
    }

    private init(offset: Int, size: Int, end: Int, entryCount: Int) throws(ZipDirectory.Problem) {
        guard offset <= end, size == end - offset else {
            throw ZipDirectory.Problem(
                "its directory is not where its end says: it is damaged, or has bytes before or after")
        }
        range = offset..<end
        self.entryCount = entryCount
    }
}

/// What the directory says about one entry.
private struct Listing {
    let name: String
    let method: UInt16
    let checksum: UInt32
    let storedCount: Int
    let byteCount: Int
    /// Where the entry's own header starts.
    let offset: Int
    /// Where the next listing starts.
    let end: Int
    private let flags: Int
    private let nameBytes: UnsafeRawBufferPointer

    typealias Problem = ZipDirectory.Problem

    init(_ fields: ByteFields, at start: Int, before limit: Int) throws(Problem) {
        guard fields.number(at: start, as: UInt32.self) == ZipFormat.Central.mark, let flags = fields.uint16(start + 8),
            let method = fields.number(at: start + 10, as: UInt16.self),
            let checksum = fields.number(at: start + 16, as: UInt32.self), let storedCount = fields.uint32(start + 20),
            let byteCount = fields.uint32(start + 24), let nameLength = fields.uint16(start + 28),
            let extraLength = fields.uint16(start + 30), let commentLength = fields.uint16(start + 32),
            let disk = fields.uint16(start + 34), let offset = fields.uint32(start + 42)
        else { throw Problem("its directory is damaged at byte \(start)") }
        let nameStart = start + ZipFormat.Central.length
        end = nameStart + nameLength + extraLength + commentLength
        guard end <= limit, let nameBytes = fields.part(at: nameStart, count: nameLength),
            let extra = fields.part(at: nameStart + nameLength, count: extraLength)
        else { throw Problem("its directory is damaged at byte \(start): the entry reaches beyond its end") }
        guard let name = String(validating: nameBytes, as: UTF8.self) else {
            throw Problem("the name of the entry listed at byte \(start) is not valid UTF-8")
        }
        if flags & ZipFormat.encrypted != 0 { throw Problem("\(quoted(name)) is encrypted") }
        if disk != 0 { throw Problem("\(quoted(name)) lies in another part of the archive") }
        guard
            let numbers = LargeNumbers(
                [byteCount, storedCount, offset], extra: ByteFields(bytes: extra))?.values
        else { throw Problem("the sizes of \(quoted(name)) are damaged") }
        (self.byteCount, self.storedCount, self.offset) = (numbers[0], numbers[1], numbers[2])
        (self.name, self.nameBytes, self.method, self.checksum, self.flags) = (name, nameBytes, method, checksum, flags)
    }

    /// Where the entry's bytes lie, once its own header agrees with this listing.
    func stored(_ fields: ByteFields, before limit: Int) throws(Problem) -> Range<Int> {
        guard offset <= limit, fields.number(at: offset, as: UInt32.self) == ZipFormat.Local.mark,
            let flags = fields.uint16(offset + 6), let method = fields.number(at: offset + 8, as: UInt16.self),
            let checksum = fields.number(at: offset + 14, as: UInt32.self),
            let storedCount = fields.uint32(offset + 18),
            let byteCount = fields.uint32(offset + 22), let nameLength = fields.uint16(offset + 26),
            let extraLength = fields.uint16(offset + 28),
            let name = fields.part(at: offset + ZipFormat.Local.length, count: nameLength),
            let extra = fields.part(at: offset + ZipFormat.Local.length + nameLength, count: extraLength)
        else { throw Problem("\(quoted(self.name)) is not where the directory says") }
        let start = offset + ZipFormat.Local.length + nameLength + extraLength
        guard start <= limit, self.storedCount <= limit - start else {
            throw Problem(
                "\(quoted(self.name)) reaches beyond the directory's start: the archive is damaged or cut short")
        }
        var agrees = flags == self.flags && method == self.method && name.elementsEqual(nameBytes)
        if flags & ZipFormat.streamed == 0 {
            let numbers = LargeNumbers([byteCount, storedCount], extra: ByteFields(bytes: extra))?.values
            agrees = agrees && numbers == [self.byteCount, self.storedCount] && checksum == self.checksum
        }
        guard agrees else { throw Problem("\(quoted(self.name)) and the directory contradict each other") }
        return start..<start + self.storedCount
    }
}

/// Numbers of which those that did not fit 32 bits stand in an extra field, in order.
private struct LargeNumbers {
    let values: [Int]

    init?(_ numbers: [Int], extra: ByteFields) {
        var values = numbers
        let missing = numbers.indices.filter { numbers[$0] == ZipFormat.elsewhere }
        if !missing.isEmpty {
            guard var position = Self.field(in: extra, atLeast: 8 * missing.count) else { return nil }
            for index in missing {
                guard let number = extra.uint64(position) else { return nil }
                values[index] = number
                position += 8
            }
        }
        self.values = values
    }

    /// Where the content of the extra field for large archives starts.
    private static func field(in extra: ByteFields, atLeast count: Int) -> Int? {
        var position = 0
        while let kind = extra.uint16(position), let length = extra.uint16(position + 2) {
            if kind == ZipFormat.largeExtra {
                return length >= count && extra.part(at: position + 4, count: length) != nil ? position + 4 : nil
            }
            position += 4 + length
        }
        return nil
    }
}
