import Foundation
import Tensor
import Testing
import _TestSupport

@Suite struct SafetensorsWritingTests {
    func golden(_ name: String) -> URL { goldens().appendingPathComponent("safetensors/\(name)") }

    @Test func `The bytes are those that the reference implementation writes, in whatever order arrays are added`()
        throws
    {
        let weight = NDArray(shape: [2, 3], values: (0..<6).map(Float.init))
        let additions: [(inout SafetensorsWriter) -> Void] = [
            { $0.add(weight, named: "b.weight") },
            { $0.add(NDArray(shape: [2, 3], values: (0..<6).map { -Float($0) }), named: "a.weight") },
            { $0.add(weight[0..<1].reshaped(to: [3]), named: "é \"x\"\n") },
            { $0.add(weight, named: "half", as: .float16) },
            { $0.add([7], shape: [], named: "step") },
        ]
        for order in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 4, 0, 3, 1]] {
            var writer = SafetensorsWriter(metadata: ["note": "π / \"2\"\t"])
            for index in order { additions[index](&writer) }
            try withTemporaryDirectory { directory in
                let path = directory.appendingPathComponent("x.safetensors")
                try writer.write(to: path.path)
                #expect(try Data(contentsOf: path) == Data(contentsOf: golden("written.safetensors")))
                #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["x.safetensors"])
            }
        }
    }

    @Test func `A file without arrays is the reference's`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appendingPathComponent("x.safetensors")
            try SafetensorsWriter().write(to: path.path)
            #expect(try Data(contentsOf: path) == Data(contentsOf: golden("nothing.safetensors")))
            #expect(try SafetensorsFile(path.path).names.isEmpty)
        }
    }

    @Test func `Numbers in double precision keep all their bits`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appendingPathComponent("x.safetensors").path
            let doubles = [0.1, -0.0, .infinity, .leastNonzeroMagnitude] + (0..<70_000).map { 1 / Double($0 + 3) }
            var writer = SafetensorsWriter()
            writer.add(doubles, named: "doubles")
            writer.add([1, 2], named: "integers")
            writer.add(NDArray(shape: [2], values: [0.5, 3]), named: "floats")
            try writer.write(to: path)
            let file = try SafetensorsFile(path)
            #expect(file.entry(named: "doubles")?.elementType == .float64)
            #expect(try file.doubles(named: "doubles", shape: [70_004]).map(\.bitPattern) == doubles.map(\.bitPattern))
            #expect(try file.doubles(named: "floats") == [0.5, 3])
            #expect(throws: TensorError.self) { try file.doubles(named: "integers") }
            #expect(throws: TensorError.self) { try file.doubles(named: "doubles", shape: [2]) }
        }
    }

    @Test func `What is written is read back bit for bit, also beyond one block`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appendingPathComponent("x.safetensors").path
            let large = NDArray(randomMatrix(rows: 1001, columns: 150, seed: 3))
            let integers = (0..<70_001).map { $0 * 0x1234_5678_9ABC }
            var writer = SafetensorsWriter(metadata: ["epoch": "12", "note": "a\u{0}b\u{1F}\\\"é👍", "": ""])
            writer.add(large, named: "large")
            writer.add(NDArray(shape: [0, 3]), named: "nothing")
            writer.add(NDArray(shape: [], repeating: -0.0), named: "")
            writer.add(NDArray(shape: [3], values: [.nan, .infinity, -.infinity]), named: "special")
            writer.add(integers, named: "integers")
            try writer.write(to: path)
            let file = try SafetensorsFile(path)
            #expect(file.names == ["", "integers", "large", "nothing", "special"])
            #expect(file.metadata == writer.metadata)
            #expect(try file.array(named: "large") == large)
            #expect(try file.array(named: "nothing").shape == [0, 3])
            #expect(try file.array(named: "")[].sign == .minus)
            #expect(
                try file.array(named: "special").withUnsafeBufferPointer { $0.map(\.isFinite) } == [
                    false, false, false,
                ])
            #expect(try file.integers(named: "integers") == integers)
            // Over the file that its own arrays are mapped from.
            var again = SafetensorsWriter()
            again.add(try file.array(named: "large"), named: "other")
            try again.write(to: path)
            #expect(try SafetensorsFile(path).array(named: "other") == large)
            #expect(try file.array(named: "large") == large)
        }
    }

    @Test func `Numbers are rounded to 16 bits as PyTorch rounds them`() throws {
        let reference = try SafetensorsFile(golden("rounding.safetensors").path)
        let floats = try reference.array(named: "f32")
        try withTemporaryDirectory { directory in
            let path = directory.appendingPathComponent("x.safetensors").path
            for (name, type) in [("f16", ElementType.float16), ("bf16", .bfloat16)] {
                var writer = SafetensorsWriter()
                writer.add(floats, named: name, as: type)
                try writer.write(to: path)
                let actual = try SafetensorsFile(path).array(named: name).withUnsafeBufferPointer { Array($0) }
                let expected = try reference.array(named: name).withUnsafeBufferPointer { Array($0) }
                #expect(actual.count > 2000 && actual.count == expected.count)
                for (index, (a, e)) in zip(actual, expected).enumerated() {
                    #expect(
                        a.isNaN ? e.isNaN : a.bitPattern == e.bitPattern,
                        "\(name): \(floats.withUnsafeBufferPointer { $0[index] })")
                }
            }
        }
    }

    @Test func `What cannot be read again is not written`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appendingPathComponent("x.safetensors").path
            var twice = SafetensorsWriter()
            for _ in 0..<2 { twice.add(NDArray(shape: [1]), named: "a") }
            #expect(reason { try twice.write(to: path) }.contains("'a', twice"))
            var reserved = SafetensorsWriter()
            reserved.add(NDArray(shape: [1]), named: "__metadata__")
            #expect(reason { try reserved.write(to: path) }.contains("__metadata__"))
            var deep = SafetensorsWriter()
            deep.add(NDArray(shape: Array(repeating: 1, count: 9)), named: "a")
            #expect(reason { try deep.write(to: path) }.contains("at most 8"))
            var long = SafetensorsWriter()
            long.add(NDArray(shape: [1]), named: String(repeating: "x", count: 16 << 20))
            #expect(reason { try long.write(to: path) }.contains("at most 16 MiB"))
            let left = try FileManager.default.contentsOfDirectory(atPath: directory.path)
            #expect(left.isEmpty)
        }
    }
}
