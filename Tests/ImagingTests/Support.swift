import Foundation
import Imaging
import Testing
import _TestSupport

/// One record of a golden file made by `Scripts/references/imaging.py`: a line of JSON, then raw bytes.
struct GoldenRecord: Decodable, CustomTestStringConvertible {
    var file: String?
    var index: Int?
    var mode: String
    var kind: String?
    var width: Int
    var height: Int
    var newWidth: Int?
    var newHeight: Int?
    var filter: String?
    var crc: UInt32?
    var bytes: Int
    var pixels: [UInt8] = []

    private enum CodingKeys: CodingKey {
        case file, index, mode, kind, width, height, newWidth, newHeight, filter, crc, bytes
    }

    var testDescription: String { file ?? "\(index ?? 0) \(mode) \(filter ?? kind ?? "")" }

    var colorModel: ColorModel {
        switch mode {
        case "L": .grey
        case "LA": .greyAlpha
        case "RGB": .rgb
        default: .rgba
        }
    }

    static func read(_ name: String) throws -> [GoldenRecord] {
        let data = [UInt8](try Data(contentsOf: goldens().appendingPathComponent(name)))
        var records: [GoldenRecord] = []
        var position = 0
        while let end = data[position...].firstIndex(of: 10) {
            var record = try JSONDecoder().decode(GoldenRecord.self, from: Data(data[position..<end]))
            position = end + 1 + record.bytes
            record.pixels = Array(data[end + 1..<position])
            records.append(record)
        }
        return records
    }
}

/// The golden pictures, by name.
let pictures = goldens().appendingPathComponent("pictures")

func pictureNames() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: pictures.path).sorted()
}

func pictureBytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: pictures.appendingPathComponent(name)))
}

/// The picture that `lehmer` in the script makes of the same seed.
func madePicture(width: Int, height: Int, model: ColorModel, seed: Int) -> Image {
    let channels = model.channelCount
    var state = seed * 2 + 1
    let pixels = (0..<width * height * channels).map { index -> UInt8 in
        state = state * 48271 % 0x7FFF_FFFF
        let value = UInt8(truncatingIfNeeded: state >> 7)
        guard model.hasAlpha, index % channels == channels - 1 else { return value }
        return [0, 255, value][state % 3]
    }
    return Image(width: width, height: height, colorModel: model, pixels: pixels)
}

func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { sum, byte in
        (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
}

/// The largest and the mean absolute difference.
func difference(_ a: [UInt8], _ b: [UInt8]) -> (largest: Int, mean: Double) {
    var largest = 0
    var sum = 0
    for (x, y) in zip(a, b) {
        largest = max(largest, abs(Int(x) - Int(y)))
        sum += abs(Int(x) - Int(y))
    }
    return (largest, a.isEmpty ? 0 : Double(sum) / Double(a.count))
}
