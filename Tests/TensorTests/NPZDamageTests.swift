import Foundation
import Tensor
import Testing
import _TestSupport

/// Archives that nobody should trust: each is read, or refused with a typed error; none ends the process.
@Suite struct NPZDamageTests {
    func golden(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: goldens().appendingPathComponent("npz/\(name).npz")))
    }

    /// All arrays that can be read, and the first error.
    func read(_ bytes: [UInt8], limit: Int = 1 << 20) -> (arrays: [String: NDArray], error: String) {
        var result: (arrays: [String: NDArray], error: String) = ([:], "")
        do throws(TensorError) {
            let archive = try NPZFile(FileBytes(bytes, path: "damaged"), inflatedByteLimit: limit)
            for name in archive.names {
                do throws(TensorError) {
                    result.arrays[name] = try archive.array(named: name)
                } catch {
                    if result.error == "" { result.error = "\(error)" }
                }
            }
        } catch {
            result.error = "\(error)"
        }
        return result
    }

    @Test(arguments: ["written", "large", "deflated", "streamed"])
    func `An archive cut at any byte is refused`(name: String) throws {
        let whole = try golden(name)
        #expect(read(whole).error == "")
        for length in 0..<whole.count {
            #expect(read(Array(whole[..<length])).arrays.isEmpty, "\(length) bytes")
        }
        #expect(
            read([0] + whole).error.contains("directory is not where")
                || read([0] + whole).error.contains("end of its directory"))
        #expect(read(whole + [0]).error.contains("no directory at its end"))
    }

    /// The checksum and the two descriptions of each entry leave no way to other numbers under the same name.
    @Test(arguments: ["written", "large", "deflated", "streamed"])
    func `Any byte may be changed, and no array is ever read with other numbers`(name: String) throws {
        let whole = try golden(name)
        let truth = read(whole).arrays
        var refused = 0
        for position in whole.indices {
            for mask in [0x01, 0x10, 0x80, 0xFF] as [UInt8] {
                var bytes = whole
                bytes[position] ^= mask
                let (arrays, error) = read(bytes)
                if error != "" { refused += 1 }
                for (name, array) in arrays where array != truth[name] {
                    Issue.record("byte \(position) ^ \(mask): '\(name)' differs")
                }
            }
        }
        #expect(refused > whole.count * 2)
    }

    @Test func `What inflates to more than the limit, or than is possible, takes no memory`() throws {
        let deflated = try golden("deflated")
        let limited = read(deflated, limit: 1000)
        #expect(limited.error.contains("array 'wide': it would inflate to 8128 bytes; the limit is 1000"))
        #expect(limited.arrays["labels"] != nil && limited.arrays["wide"] == nil)
        var bomb = ZipBytes()
        bomb.add("a.npy", content: [1, 2, 3], method: 8, byteCount: 1 << 40)
        #expect(read(bomb.finished(), limit: 1 << 50).error.contains("3 bytes cannot inflate to 1099511627776"))
        // A stream that goes on beyond what was announced, and one that ends before.
        for announced in [8127, 8129] {
            var archive = ZipBytes()
            let stream = try ZipBytes.stream(in: deflated, entry: "wide.npy")
            archive.add("a.npy", content: stream, method: 8, byteCount: announced)
            #expect(read(archive.finished()).error.contains("does not inflate to the \(announced) bytes"))
        }
        var trailing = ZipBytes()
        trailing.add(
            "a.npy", content: try ZipBytes.stream(in: deflated, entry: "wide.npy") + [0], method: 8, byteCount: 8128)
        #expect(read(trailing.finished()).error.contains("does not inflate to the 8128 bytes"))
        var empty = ZipBytes()
        empty.add("a.npy", content: [], method: 8, byteCount: 0)
        #expect(read(empty.finished()).error.contains("compressed bytes are damaged"))
    }

    @Test func `Entries that overlap, contradict themselves or lie elsewhere are refused`() throws {
        // One entry inside another: what a bomb of many overlapping entries is made of.
        var inner = ZipBytes()
        inner.add("inner.npy", content: [1, 2, 3])
        var outer = ZipBytes()
        outer.add("outer.npy", content: inner.body)
        let start = 30 + "outer.npy".utf8.count
        outer.list("inner.npy", offset: start, content: [1, 2, 3])
        #expect(read(outer.finished()).error.contains("'outer.npy' and 'inner.npy' overlap"))

        var same = ZipBytes()
        same.add("a.npy", content: [1])
        same.list("a.npy", offset: 0, content: [1])
        #expect(read(same.finished()).error.contains("overlap"))

        var renamed = ZipBytes()
        renamed.add("a.npy", content: [1], listed: "b.npy")
        #expect(read(renamed.finished()).error.contains("'b.npy' and the directory contradict each other"))

        var twice = ZipBytes()
        twice.add("a.npy", content: [1])
        twice.add("a.npy", content: [1])
        #expect(read(twice.finished()).error.contains("the array 'a' occurs twice"))

        var encrypted = ZipBytes()
        encrypted.add("a.npy", content: [1], flags: 1)
        #expect(read(encrypted.finished()).error.contains("'a.npy' is encrypted"))

        var unknown = ZipBytes()
        unknown.add("a.npy", content: [1], method: 12)
        #expect(read(unknown.finished()).error.contains("method 12"))

        var wrong = ZipBytes()
        wrong.add("a.npy", content: [1, 2], byteCount: 3)
        #expect(read(wrong.finished()).error.contains("stored as 2 bytes, but said to be 3"))

        var checksum = ZipBytes()
        checksum.add("a.npy", content: [1, 2], checksum: 7)
        #expect(read(checksum.finished()).error.contains("checksum"))

        var name = ZipBytes()
        name.add(bytes: [0xE9] + Array(".npy".utf8), content: [1])
        #expect(read(name.finished()).error.contains("not valid UTF-8"))

        var many = ZipBytes()
        many.add("a.npy", content: [1])
        #expect(read(many.finished(count: 2)).error.contains("too short for 2 entries"))
        #expect(read(many.finished(count: 0xFFFF)).error.contains("too short for 65535 entries"))
        #expect(read(many.finished(count: 0)).error.contains("bytes after its 0 entries"))
        #expect(read([]).error.contains("no zip archive"))
        #expect(read([UInt8](repeating: 0x50, count: 200_000)).error.contains("no zip archive"))
    }
}

/// Builds archives that break the rules.
struct ZipBytes {
    var body: [UInt8] = []
    private var directory: [UInt8] = []
    private var count = 0

    private static func little(_ value: Int, _ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(value >> (8 * $0) & 0xFF) }
    }

    mutating func add(
        _ name: String, content: [UInt8], method: Int = 0, byteCount: Int? = nil, checksum: Int? = nil, flags: Int = 0,
        listed: String? = nil
    ) {
        add(
            bytes: Array(name.utf8), content: content, method: method, byteCount: byteCount, checksum: checksum,
            flags: flags, listed: listed)
    }

    mutating func add(
        bytes name: [UInt8], content: [UInt8], method: Int = 0, byteCount: Int? = nil, checksum: Int? = nil,
        flags: Int = 0,
        listed: String? = nil
    ) {
        let offset = body.count
        let common = Self.common(
            content: content, method: method, byteCount: byteCount, checksum: checksum, flags: flags)
        let large = Self.large(content: content, byteCount: byteCount)
        body +=
            [0x50, 0x4B, 3, 4] + common + Self.little(name.count, 2) + Self.little(large.count, 2) + name + large
            + content
        list(bytes: listed.map { Array($0.utf8) } ?? name, offset: offset, common: common, large: large)
    }

    mutating func list(_ name: String, offset: Int, content: [UInt8]) {
        list(
            bytes: Array(name.utf8), offset: offset,
            common: Self.common(content: content, method: 0, byteCount: nil, checksum: nil, flags: 0), large: [])
    }

    private mutating func list(bytes name: [UInt8], offset: Int, common: [UInt8], large: [UInt8]) {
        directory += [0x50, 0x4B, 1, 2, 45, 3] + common + Self.little(name.count, 2) + Self.little(large.count, 2)
        directory += Self.little(0, 10) + Self.little(offset, 4) + name + large
        count += 1
    }

    private static func large(content: [UInt8], byteCount: Int?) -> [UInt8] {
        guard let byteCount, byteCount >= 0xFFFF_FFFF else { return [] }
        return little(1, 2) + little(16, 2) + little(byteCount, 8) + little(content.count, 8)
    }

    private static func common(
        content: [UInt8], method: Int, byteCount: Int?, checksum: Int?, flags: Int
    ) -> [UInt8] {
        let isLarge = (byteCount ?? 0) >= 0xFFFF_FFFF
        return little(45, 2) + little(flags, 2) + little(method, 2) + little(0, 4) + little(checksum ?? crc(content), 4)
            + little(isLarge ? 0xFFFF_FFFF : content.count, 4)
            + little(isLarge ? 0xFFFF_FFFF : byteCount ?? content.count, 4)
    }

    /// The checksum, bit by bit.
    static func crc(_ bytes: [UInt8]) -> Int {
        var result: UInt32 = .max
        for byte in bytes {
            result ^= UInt32(byte)
            for _ in 0..<8 { result = result >> 1 ^ (result & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        return Int(~result)
    }

    func finished(count: Int? = nil) -> [UInt8] {
        let entries = Self.little(count ?? self.count, 2)
        return body + directory + [0x50, 0x4B, 5, 6] + Self.little(0, 4) + entries + entries
            + Self.little(directory.count, 4) + Self.little(body.count, 4) + Self.little(0, 2)
    }

    /// The compressed bytes of one entry of an archive that NumPy wrote.
    static func stream(in archive: [UInt8], entry: String) throws -> [UInt8] {
        func number(_ position: Int, _ size: Int) -> Int {
            (0..<size).reduce(0) { $0 | Int(archive[position + $1]) << (8 * $1) }
        }
        let name = Array(entry.utf8)
        let start = try #require(archive.indices.first { archive[$0...].starts(with: name) }) - 30
        let content = start + 30 + number(start + 26, 2) + number(start + 28, 2)
        let size = number(content - 8, 8)
        return Array(archive[content..<content + size])
    }
}
