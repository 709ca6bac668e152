import Foundation
import Tensor
import Testing
import _TestSupport

/// Files that nobody should trust: each is read, or refused with a typed error; none ends the process.
@Suite struct SafetensorsDamageTests {
    func golden(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: goldens().appendingPathComponent("safetensors/\(name)")))
    }

    /// Opens `bytes` and, where that succeeds, reads all arrays; the error's text, or empty.
    func read(_ bytes: [UInt8]) -> String {
        do throws(TensorError) {
            let file = try SafetensorsFile(FileBytes(bytes, path: "damaged"))
            for entry in file.entries {
                let array = try file.array(named: entry.name)
                #expect(array.shape == entry.shape && array.count == entry.count)
                if !entry.elementType.isFloatingPoint { _ = reason { try file.integers(named: entry.name) } }
            }
            // The rule that makes a file one thing only: the header and the arrays are all there is.
            #expect(file.entries.reduce(0) { $0 + $1.count * $1.elementType.size } <= bytes.count - 8)
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: ["types", "shapes", "written"]) func `A file cut at any byte is refused`(name: String) throws {
        let whole = try golden("\(name).safetensors")
        #expect(read(whole) == "")
        for length in 0..<whole.count { #expect(read(Array(whole[..<length])) != "", "\(length) bytes") }
        #expect(read(whole + [0]).contains("the last 1 bytes belong to no array"))
    }

    @Test(arguments: ["types", "shapes", "written"]) func `Any byte of the header may be changed`(name: String) throws {
        let whole = try golden("\(name).safetensors")
        let header = 8 + Int(whole[0]) + Int(whole[1]) << 8
        var refused = 0
        for position in 0..<header {
            var replacements = Set((0..<8).map { whole[position] ^ UInt8(1 << $0) } + [0xFF, 0x00])
            replacements.formUnion("\"\\{}[]:,09-eN ".utf8)
            for byte in replacements.sorted() where byte != whole[position] {
                var bytes = whole
                bytes[position] = byte
                if read(bytes) != "" { refused += 1 }
            }
        }
        #expect(refused > header * 9)
    }

    @Test(arguments: [
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#,
            4, "'a' occurs twice"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
            4, "'b' starts at byte 0 of the numbers, inside another one"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
            8, "'b' starts at byte 4 of the numbers, inside another one"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8,
            "'a' starts at byte 4 of the numbers, after 4 bytes that belong to none"
        ),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 8, "the last 4 bytes belong to no array"),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 3,
            "'a' of type F32 and shape [1] lies at bytes 0..<4"
        ),
        (
            #"{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,4]}}"#, 4,
            "'a' of type F64 and shape [1] takes 8 bytes; its range 0..<4 has 4"
        ),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4, "must be its start and its end"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, 4, "must be its start and its end"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}"#, 4, "more than 2 offsets"),
        (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "whole numbers from 0"),
        (#"{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}"#, 4, "whole numbers from 0"),
        (#"{"a":{"dtype":"F32","shape":[NaN],"data_offsets":[0,4]}}"#, 4, "a value is expected"),
        (#"{"a":{"dtype":"F32","shape":[Infinity],"data_offsets":[0,4]}}"#, 4, "a value is expected"),
        (#"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, 4, "whole numbers from 0"),
        (
            #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}"#, 4,
            "more elements than memory"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[0,4611686018427387904,4],"data_offsets":[0,0]}}"#, 0,
            "more elements than memory"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[9223372036854775803,9223372036854775807]}}"#, 4,
            "lies at bytes"
        ),
        (#"{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}"#, 4, "more than 8 dimensions"),
        (#"{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}"#, 1, "'a' is of type 'F8_E4M3'; BOOL,"),
        (#"{"a":{"dtype":7,"shape":[1],"data_offsets":[0,1]}}"#, 1, "must be a text"),
        (#"{"a":{"dtype":"F32","shape":[1]}}"#, 4, "'data_offsets' of the array 'a' is missing"),
        (#"{"a":{"shape":[1],"data_offsets":[0,4]}}"#, 4, "'dtype' of the array 'a' is missing"),
        (
            #"{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}"#, 4,
            "'shape' of the array 'a' occurs twice"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"extra":0}}"#, 4,
            "'extra' of the array 'a' does not belong"
        ),
        (#"{"a":[]}"#, 0, "an object for the array 'a' is expected"),
        (#"{"__metadata__":{"a":1}}"#, 0, "the metadata 'a' must be a text"),
        (#"{"__metadata__":{"a":"1","a":"2"}}"#, 0, "the metadata 'a' occur"),
        (#"{"__metadata__":{},"__metadata__":{}}"#, 0, "'__metadata__' occurs twice"),
        (#"{"\ud800":{}}"#, 0, "half of a surrogate pair"),
        (#"{} {}"#, 0, "nothing may follow"),
        (#"{"#, 0, "a key in double quotes is expected"),
        (#" {}"#, 0, "does not start with '{'"),
        ("", 0, "does not start with '{'"),
        ("[]", 0, "does not start with '{'"),
    ])
    func `A header that is not exactly as it must be is refused with the reason`(
        header: String, count: Int, problem: String
    ) {
        let message = read(SafetensorsBytes.file(header, data: Array(repeating: 0, count: count)))
        #expect(message.contains(problem) && message.hasPrefix("damaged: "), "\(message)")
    }

    @Test func `Text that is not UTF-8, deep nesting and absurd lengths are refused`() {
        #expect(read(SafetensorsBytes.file("{\"a\":\"") + [0xE9, 0x22, 0x7D]).contains("does not end"))
        let latin = [8, 0, 0, 0, 0, 0, 0, 0] + Array("{\"".utf8) + [0xE9] + Array("\":{}}".utf8)
        #expect(read(latin).contains("not valid UTF-8"))
        let nested = SafetensorsBytes.file(#"{"a":{"shape":"# + String(repeating: "[", count: 1_000_000))
        #expect(read(nested).contains("whole numbers"))
        let nestedIndex = Array(("{\"x\":" + String(repeating: "[", count: 1_000_000)).utf8)
        #expect(reason { try SafetensorsDamageTests.index(nestedIndex) }.contains("nested more than 8 deep"))
        for length in [UInt64.max, 1 << 63, (16 << 20) + 1] as [UInt64] {
            let bytes = withUnsafeBytes(of: length.littleEndian) { Array($0) } + Array("{}".utf8)
            #expect(read(bytes).contains("at most 16 MiB"))
        }
        #expect(read([2, 0, 0, 0, 0, 0, 0, 0]).contains("cut short inside its header: 10 bytes expected, 8 found"))
        #expect(read(SafetensorsBytes.file("{}")) == "")
        let message = read(SafetensorsBytes.file("{\"" + String(repeating: "x", count: 100_000) + "\\u001b\":1}"))
        #expect(message.utf8.count < 300 && !message.contains("\u{1B}"))
    }

    @Test func `As many arrays as are allowed are read quickly, and one more is refused`() {
        func header(_ count: Int) -> [UInt8] {
            let arrays = (0..<count).map { #""\#($0)":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}"# }
            return SafetensorsBytes.file("{\(arrays.joined(separator: ","))}")
        }
        #expect(read(header(65_536)) == "")
        #expect(read(header(65_537)).contains("at most 65536 arrays"))
    }

    static func index(_ bytes: [UInt8]) throws {
        try withTemporaryDirectory { directory in
            let path = directory.appendingPathComponent("model.safetensors.index.json")
            try Data(bytes).write(to: path)
            _ = try SafetensorsCollection(path.path)
        }
    }

    @Test(arguments: [
        "../x.safetensors", "/etc/x.safetensors", "a/b.safetensors", "..", "", ".hidden.safetensors", "x.bin",
        "a\\\\b.safetensors",
        "C:x.safetensors", "x\\u0000.safetensors", "%2e%2e/x.safetensors", "x.safetensors/", "x.safetensors\\u0000",
    ])
    func `An index cannot lead out of its directory`(name: String) {
        let message = reason { try Self.index(Array("{\"weight_map\":{\"a\":\"\(name)\"}}".utf8)) }
        #expect(message.contains("must be the name of a .safetensors file beside the index"), "\(message)")
    }

    @Test(arguments: [
        (#"{"weight_map":{"a":"x.safetensors","a":"x.safetensors"}}"#, "No such file"),
        (#"{"weight_map":{},"weight_map":{}}"#, "'weight_map' occurs twice"),
        (#"{"metadata":{"total_size":NaN},"weight_map":{}}"#, "a value is expected"),
        (#"{"metadata":{"total_size":1e999},"weight_map":{}}"#, "too large"),
        (#"{"metadata":{"total_size":1}}"#, "'weight_map' is missing"),
        (#"{"weight_map":{"a":1}}"#, "must be a text"),
        (#"{"weight_map":[]}"#, "must be an object"),
        (#"[]"#, "an object is expected"),
        ("", "a value is expected"),
        (#"{"weight_map":{"a":"missing.safetensors"}}"#, "missing.safetensors: No such file"),
    ])
    func `An index that is not exactly as it must be is refused with the reason`(text: String, problem: String) {
        let message = reason { try Self.index(Array(text.utf8)) }
        let expected = text.contains(#""a":"x.safetensors","a""#) ? "occurs twice" : problem
        #expect(message.contains(expected), "\(message)")
    }

    @Test func `An index of damaged bytes is read or refused, and an array that its file lacks is named`() throws {
        let whole = try golden("sharded/model.safetensors.index.json")
        try withTemporaryDirectory { directory in
            for name in ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"] {
                try Data(golden("sharded/\(name)")).write(to: directory.appendingPathComponent(name))
            }
            let path = directory.appendingPathComponent("model.safetensors.index.json")
            var refused = 0
            for position in whole.indices {
                for mask in [0x01, 0x04, 0x20, 0x80] as [UInt8] {
                    var bytes = whole
                    bytes[position] ^= mask
                    try Data(bytes).write(to: path)
                    do {
                        _ = try SafetensorsCollection(directory.path)
                    } catch {
                        if !(error is TensorError) { Issue.record("byte \(position): \(error)") }
                        refused += 1
                    }
                }
            }
            #expect(refused > whole.count)
            try Data(#"{"weight_map":{"z":"model-00001-of-00002.safetensors"}}"#.utf8).write(to: path)
            #expect(reason { try SafetensorsCollection(directory.path) }.contains("no array 'z', which the index says"))
        }
    }
}
