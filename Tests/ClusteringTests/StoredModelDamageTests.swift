import Clustering
import Foundation
import Tensor
import Testing
import _TestSupport

/// A damaged file is refused with its name, or gives a model that can be asked.
@Suite("Damaged model files")
struct StoredModelDamageTests {
    /// The bytes of a saved model.
    private static func saved(_ sample: StoredSample) throws -> [UInt8] {
        try withTemporaryDirectory { directory in
            let path = directory.appendingPathComponent("model").path
            try sample.make(StoredSample.data).save(to: path)
            return try bytes(path)
        }
    }

    /// Loads a model and asks it all that it can be asked; gives the error of one that is refused.
    private static func load(_ bytes: [UInt8]) -> TensorError? {
        do throws(TensorError) {
            let file = try SafetensorsFile(FileBytes(bytes, path: "damaged.model"))
            _ = StoredSample.answers(of: try StoredModels.model(in: ModelReader(file)))
            return nil
        } catch {
            #expect("\(error)".contains("damaged.model"), "\(error)")
            return error
        }
    }

    /// A `.safetensors` file, taken apart.
    private struct Parts {
        struct Array {
            var type: String
            var shape: [Int]
            var bytes: [UInt8]
        }

        var metadata: [String: String]
        var arrays: [String: Array]

        init(_ bytes: [UInt8]) throws {
            let end = 8 + Int(UInt64(littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }))
            let header = try #require(
                try JSONSerialization.jsonObject(with: Data(bytes[8..<end])) as? [String: Any])
            metadata = try #require(header["__metadata__"] as? [String: String])
            arrays = [:]
            for (name, value) in header where name != "__metadata__" {
                let entry = try #require(value as? [String: Any])
                let offsets = try #require(entry["data_offsets"] as? [Int])
                arrays[name] = Array(
                    type: try #require(entry["dtype"] as? String), shape: try #require(entry["shape"] as? [Int]),
                    bytes: Swift.Array(bytes[end + offsets[0]..<end + offsets[1]]))
            }
        }

        /// The parts as one file again.
        var bytes: [UInt8] {
            get throws {
                var header: [String: Any] = ["__metadata__": metadata]
                var data: [UInt8] = []
                for (name, array) in arrays {
                    header[name] = [
                        "dtype": array.type, "shape": array.shape,
                        "data_offsets": [data.count, data.count + array.bytes.count],
                    ]
                    data += array.bytes
                }
                let text = try JSONSerialization.data(withJSONObject: header)
                return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Swift.Array($0) } + text + data
            }
        }
    }

    @Test("cut files are refused", arguments: StoredSample.all)
    func truncated(sample: StoredSample) throws {
        let whole = try Self.saved(sample)
        for length in stride(from: 0, to: whole.count, by: max(1, whole.count / 60)) + [whole.count - 1] {
            #expect(Self.load(Array(whole.prefix(length))) != nil, "\(length) of \(whole.count)")
        }
    }

    @Test("changed bytes crash nothing", arguments: StoredSample.all)
    func flipped(sample: StoredSample) throws {
        let whole = try Self.saved(sample)
        let header = Int(UInt64(littleEndian: whole.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) })) + 8
        var random = RandomSource(seed: 9, stage: "damage")
        for round in 0..<200 {
            var changed = whole
            // Half of the changes hit the header.
            let place = round % 2 == 0 ? random.integer(below: header) : random.integer(below: whole.count)
            changed[place] = UInt8(random.integer(below: 256))
            if round % 3 == 0, place ^ 1 < whole.count { changed[place ^ 1] = 0xFF }
            _ = Self.load(changed)
        }
    }

    @Test(
        "an array that is missing or of another length is named, and exchanged ones crash nothing",
        arguments: StoredSample.all)
    func arrays(sample: StoredSample) throws {
        let whole = try Parts(Self.saved(sample))
        #expect(Self.load(try whole.bytes) == nil)
        let optional = ["shift", "prepared.shift", "weights"]
        // These tell themselves how many rows there are.
        let free = ["labels", "leaves", "core.rows"]
        for (name, array) in whole.arrays {
            var changed = whole
            changed.arrays[name] = nil
            let missing = Self.load(try changed.bytes)
            if !optional.contains(name) { #expect("\(try #require(missing))".contains(name), "\(name)") }
            // One row or number less.
            if let length = array.shape.first, length > 0 {
                changed = whole
                changed.arrays[name] = Parts.Array(
                    type: array.type, shape: [length - 1] + array.shape.dropFirst(),
                    bytes: Array(array.bytes.dropLast(array.bytes.count / length)))
                let error = Self.load(try changed.bytes)
                if !free.contains(name) { #expect(error != nil, "\(name)") }
            }
            for (other, another) in whole.arrays where other > name {
                changed = whole
                changed.arrays[name] = another
                changed.arrays[other] = array
                _ = Self.load(try changed.bytes)
            }
            // Numbers that cannot be: all bits set are −1, or no number.
            changed = whole
            changed.arrays[name]?.bytes = [UInt8](repeating: 0xFF, count: array.bytes.count)
            let error = Self.load(try changed.bytes)
            if array.type != "I64", !array.bytes.isEmpty { #expect(error != nil, "\(name)") }
        }
    }

    @Test("numbers of the header that cannot be crash nothing", arguments: StoredSample.all)
    func descriptions(sample: StoredSample) throws {
        let whole = try Parts(Self.saved(sample))
        for (key, text) in whole.metadata where text.hasPrefix("{") {
            var previous: Character = " "
            for place in text.indices {
                defer { previous = text[place] }
                // Where a value begins.
                guard ":[,".contains(previous), !"\"{[".contains(text[place]) else { continue }
                let end = text[place...].firstIndex { ",}]".contains($0) } ?? text.endIndex
                for value in [
                    "-1", "0", "9e99", "9007199254740993", "1e-320", "null", "\"NaN\"", "\"Infinity\"", "[]",
                ] {
                    var changed = whole
                    changed.metadata[key] = text[..<place] + value + text[end...]
                    _ = Self.load(try changed.bytes)
                }
            }
        }
    }
}
