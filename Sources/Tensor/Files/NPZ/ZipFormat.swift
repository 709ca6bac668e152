/// The records of a zip archive: their marks, lengths and the places of their fields.
///
/// - Reference: PKWARE, APPNOTE.TXT – .ZIP File Format Specification, 6.3.10.
enum ZipFormat {
    enum Method: UInt16 {
        case stored = 0
        case deflated = 8
    }

    /// Stands before each entry's content.
    enum Local {
        static let mark: UInt32 = 0x0403_4B50
        static let length = 30
    }

    /// Lists an entry, at the archive's end.
    enum Central {
        static let mark: UInt32 = 0x0201_4B50
        static let length = 46
    }

    /// The archive's last record, and the two that precede it in a large archive.
    enum End {
        static let mark: UInt32 = 0x0605_4B50
        static let length = 22
        static let longestComment = 0xFFFF
        static let locatorMark: UInt32 = 0x0706_4B50
        static let locatorLength = 20
        static let largeMark: UInt32 = 0x0606_4B50
        static let largeLength = 56
    }

    /// Says that the true number stands in the extra field for large archives.
    static let elsewhere = 0xFFFF_FFFF
    static let elsewhere16 = 0xFFFF
    /// The extra field for large archives.
    static let largeExtra = 1

    static let encrypted = 1
    /// The sizes stand behind the content, because they were not known before.
    static let streamed = 1 << 3
    static let nameIsUTF8 = 1 << 11

    /// What large archives need of a reader: version 4.5.
    static let largeVersion: UInt16 = 45
    /// The first of January 1980, the earliest date: archives of the same arrays are the same bytes.
    static let date: UInt16 = 1 << 5 | 1
}

/// One entry of a zip archive, as its directory lists it.
struct ZipEntry: Sendable {
    let method: ZipFormat.Method
    let checksum: UInt32
    /// Where its bytes, deflated or not, lie in the archive.
    let stored: Range<Int>
    /// How many bytes they become.
    let byteCount: Int
}
