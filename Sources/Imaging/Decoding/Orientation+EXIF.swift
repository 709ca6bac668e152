extension Orientation {
    /// The orientation that the EXIF data of a file state, or `nil` when there are none or they are invalid.
    ///
    /// - Complexity: O(number of the file's chunks).
    init?(exifIn bytes: [UInt8], format: ImageFormat) {
        let exif: ArraySlice<UInt8>? =
            switch format {
            case .jpeg: Self.exifOfJPEG(bytes)
            case .png: Self.exifOfPNG(bytes)
            case .webp: Self.exifOfWebP(bytes)
            case .gif, .bmp: nil
            }
        guard let exif, let orientation = Self(tiff: exif) else { return nil }
        self = orientation
    }

    private static let marker = Array("Exif\0\0".utf8)

    /// The first APP1 segment that holds EXIF data, without its marker. Segments end where the scan begins.
    private static func exifOfJPEG(_ bytes: [UInt8]) -> ArraySlice<UInt8>? {
        var reader = ByteReader(bytes[...], bigEndian: true)
        reader.position = 2
        while let first = reader.byte(), first == 0xFF {
            var code = reader.byte()
            while code == 0xFF { code = reader.byte() }  // fill bytes
            guard let code, code != 0xDA, code != 0xD9 else { return nil }
            if code == 0x01 || (0xD0...0xD8).contains(code) { continue }
            guard let length = reader.uint16(), length >= 2, let segment = reader.slice(Int(length) - 2) else {
                return nil
            }
            if code == 0xE1, segment.starts(with: marker) { return segment.dropFirst(marker.count) }
        }
        return nil
    }

    /// The content of the first eXIf chunk.
    private static func exifOfPNG(_ bytes: [UInt8]) -> ArraySlice<UInt8>? {
        var reader = ByteReader(bytes[...], bigEndian: true)
        reader.position = 8
        while let length = reader.uint32(), let type = reader.slice(4), let content = reader.slice(Int(length)) {
            if type.elementsEqual("eXIf".utf8) { return content }
            guard reader.slice(4) != nil else { return nil }  // checksum
        }
        return nil
    }

    /// The content of the first EXIF chunk; some writers put JPEG's marker before it.
    private static func exifOfWebP(_ bytes: [UInt8]) -> ArraySlice<UInt8>? {
        var reader = ByteReader(bytes[...], bigEndian: false)
        reader.position = 12
        while let type = reader.slice(4), let length = reader.uint32(), let content = reader.slice(Int(length)) {
            if type.elementsEqual("EXIF".utf8) {
                return content.starts(with: marker) ? content.dropFirst(marker.count) : content
            }
            if length % 2 == 1, reader.byte() == nil { return nil }
        }
        return nil
    }

    /// The orientation in the first directory of a TIFF structure, which EXIF data are.
    private init?(tiff: ArraySlice<UInt8>) {
        let bigEndian = tiff.starts(with: "MM".utf8)
        guard bigEndian || tiff.starts(with: "II".utf8) else { return nil }
        var reader = ByteReader(tiff, bigEndian: bigEndian)
        reader.position = 2
        guard reader.uint16() == 42, let directory = reader.uint32() else { return nil }
        reader.position = Int(directory)
        guard let entries = reader.uint16() else { return nil }
        for _ in 0..<entries {
            guard let tag = reader.uint16(), let type = reader.uint16(), let count = reader.uint32() else { return nil }
            let value = reader.position
            if tag == 0x0112 {
                guard type == 3, count == 1, let raw = reader.uint16() else { return nil }
                self.init(rawValue: Int(raw))
                return
            }
            reader.position = value + 4
        }
        return nil
    }
}
