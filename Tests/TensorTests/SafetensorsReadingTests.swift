import Foundation
import Tensor
import Testing
import _TestSupport

@Suite struct SafetensorsReadingTests {
    func golden(_ name: String) -> String { goldens().appendingPathComponent("safetensors/\(name)").path }

    /// The rule by which the golden files were made.
    func expected(_ code: String) -> [Float] {
        (0..<12).map { index in
            switch code.first {
            case "B" where code == "BOOL": index % 3 == 0 ? 1 : 0
            case "I": Float((index - 5) * 11)
            case "U": Float(index * 21)
            default: Float(index - 5) * 0.25
            }
        }
    }

    @Test func `Every type that PyTorch writes is read, as floats and, where it has whole numbers, as integers`() throws
    {
        let file = try SafetensorsFile(golden("types.safetensors"))
        #expect(file.metadata == ["format": "pt"])
        #expect(file.names.count == 13 && file.names == file.names.sorted())
        #expect(Set(file.entries.map(\.elementType)) == Set(ElementType.allCases))
        for entry in file.entries {
            #expect(entry.shape == [3, 4] && entry.count == 12)
            let array = try file.array(named: entry.name, shape: [3, 4], requiringFinite: true)
            #expect(array.shape == [3, 4] && Matrix(array).elements == expected(entry.name), "\(entry.name)")
            if entry.elementType.isFloatingPoint {
                #expect(reason { try file.integers(named: entry.name) }.contains("whole numbers"))
            } else {
                #expect(try file.integers(named: entry.name) == expected(entry.name).map { Int($0) })
            }
        }
    }

    @Test func `Numbers, empty arrays and eight dimensions are read, and integers keep all their digits`() throws {
        let file = try SafetensorsFile(golden("shapes.safetensors"))
        let number = try file.array(named: "number")
        #expect(number.shape == [] && number.withUnsafeBufferPointer { Array($0) } == [3.5])
        #expect(try file.array(named: "no rows").shape == [0, 4])
        #expect(try file.array(named: "cube", shape: [2, 3, 4])[1, 2, 3] == 23)
        #expect(try file.array(named: "eight").shape == [1, 2, 1, 2, 1, 2, 2, 1])
        #expect(try file.integers(named: "large") == [.max, .min, (1 << 53) + 1])
        #expect(try file.array(named: "nan")[1, 1].isNaN)
        let path = file.path + ": array 'nan'"
        #expect(throws: TensorError.notFinite(source: path, row: 1, column: 1)) {
            try file.array(named: "nan", requiringFinite: true)
        }
    }

    @Test func `F32 numbers are used where they lie, and a change copies them`() throws {
        let path = golden("written.safetensors")
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let file = try SafetensorsFile(path)
        var array = try file.array(named: "b.weight")
        #expect(!array.storage.isOwned)
        array[0, 0] = 99
        #expect(array.storage.isOwned && array[0, 0] == 99)
        #expect(try file.array(named: "b.weight")[0, 0] == 0)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        #expect(try file.array(named: "half").storage.isOwned)
    }

    @Test func `An array outlives the file that it was read from`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appendingPathComponent("x.safetensors").path
            try FileManager.default.copyItem(atPath: golden("shapes.safetensors"), toPath: path)
            let cube = try SafetensorsFile(path).array(named: "cube")
            try FileManager.default.removeItem(atPath: path)
            #expect(cube.withUnsafeBufferPointer { Array($0) } == (0..<24).map(Float.init))
        }
    }

    @Test(arguments: 0..<4)
    func `Numbers that are not aligned to four bytes are copied, not misread`(padding: Int) throws {
        let content = SafetensorsBytes.file(
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"# + String(repeating: " ", count: padding),
            data: [1.5, -2].flatMap { withUnsafeBytes(of: ($0 as Float).bitPattern.littleEndian) { Array($0) } })
        let array = try SafetensorsFile(FileBytes(content, path: "x")).array(named: "a")
        #expect(array.withUnsafeBufferPointer { Array($0) } == [1.5, -2])
        #expect(array.storage.isOwned == !(content.count - 8).isMultiple(of: 4))
    }

    @Test func `A missing array or another shape is an error that names what there is`() throws {
        let file = try SafetensorsFile(golden("written.safetensors"))
        #expect(reason { try file.array(named: "c") }.contains("no array 'c'; it holds 'a.weight', 'b.weight'"))
        let message = reason { try file.array(named: "a.weight", shape: [3, 2]) }
        #expect(message.contains("'a.weight' has shape [2, 3]; [3, 2] is needed"))
        #expect(file.entry(named: "c") == nil && file.entry(named: "a.weight")?.elementType == .float32)
    }

    @Test func `Names that differ only in how an accent is composed are two arrays`() throws {
        let content = SafetensorsBytes.file(
            "{\"\u{E9}\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]},"
                + "\"e\u{301}\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[1,2]}}", data: [7, 9])
        let file = try SafetensorsFile(FileBytes(content, path: "x"))
        #expect(try file.integers(named: "\u{E9}") == [7])
        #expect(try file.integers(named: "e\u{301}") == [9])
    }

    @Test func `A model in several files is read through its index, its directory, and as a single file`() throws {
        for path in [golden("sharded"), golden("sharded/model.safetensors.index.json")] {
            let weights = try SafetensorsCollection(path)
            #expect(weights.names == ["a", "b", "c"] && weights.files.count == 2)
            for (offset, name) in ["a", "b", "c"].enumerated() {
                let array = try weights.array(named: name, shape: [2, 3])
                #expect(Matrix(array).elements == (0..<6).map { Float($0 + offset) })
                #expect(weights.entry(named: name)?.shape == [2, 3])
            }
            #expect(reason { try weights.array(named: "unlisted") }.contains("no array 'unlisted'"))
        }
        let single = try SafetensorsCollection(golden("types.safetensors"))
        #expect(single.names.count == 13 && single.files.count == 1)
        #expect(try single.integers(named: "I8") == expected("I8").map { Int($0) })
        try withTemporaryDirectory { directory in
            #expect(reason { try SafetensorsCollection(directory.path) }.contains("No such file"))
            let path = directory.appendingPathComponent("model.safetensors").path
            try FileManager.default.copyItem(atPath: golden("types.safetensors"), toPath: path)
            #expect(try SafetensorsCollection(directory.path).names.count == 13)
        }
    }

    @Test func `Every 16-bit number is converted as by its definition, in any number of threads`() throws {
        let bits = UInt16.min...UInt16.max
        let numbers = bits.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        // Three times over, so that there are several tiles of work.
        let header =
            #"{"h":{"dtype":"F16","shape":[3,65536],"data_offsets":[0,393216]},"#
            + #""b":{"dtype":"BF16","shape":[3,65536],"data_offsets":[393216,786432]}}"#
        let content = SafetensorsBytes.file(
            header, data: Array([numbers, numbers, numbers, numbers, numbers, numbers].joined()))
        let file = try SafetensorsFile(FileBytes(content, path: "x"))
        let results = try withThreadCounts {
            try ["h", "b"].map { name in
                try file.array(named: name).withUnsafeBufferPointer { $0.map(\.bitPattern) }
            }
        }
        #expect(results.allSatisfy { $0 == results[0] })
        for (index, bits) in (0..<3).flatMap({ _ in bits }).enumerated() {
            let half = Float(bitPattern: results[0][0][index])
            let exponent = Int(bits >> 10 & 0x1F)
            let fraction = Float(bits & 0x3FF)
            let magnitude: Float =
                switch exponent {
                case 0: fraction * 0x1p-24
                case 31: fraction == 0 ? .infinity : .nan
                default: Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction / 1024)
                }
            let expected = bits >> 15 == 1 ? -magnitude : magnitude
            guard expected.isNaN ? half.isNaN : half.bitPattern == expected.bitPattern else {
                Issue.record("half \(bits) became \(half)")
                return
            }
            // A NaN stays one, and becomes quiet.
            let brain = UInt32(bits) << 16 | (Float(bitPattern: UInt32(bits) << 16).isNaN ? 0x40_0000 : 0)
            guard results[0][1][index] == brain else {
                Issue.record("bfloat16 \(bits)")
                return
            }
        }
    }
}

enum SafetensorsBytes {
    /// The bytes of a file with this header and these numbers.
    static func file(_ header: String, data: [UInt8] = []) -> [UInt8] {
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) } + Array(header.utf8) + data
    }
}
