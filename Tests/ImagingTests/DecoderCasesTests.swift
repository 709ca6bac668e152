import Foundation
import Imaging
import Testing
import _TestSupport

/// Pictures of other projects, where they are present: `$KINDRED_DATA/decoder/cases.csv` says what each one must give.
@Suite("Decoder cases")
struct DecoderCasesTests {
    static let directory = ProcessInfo.processInfo.environment["KINDRED_DATA"].map {
        URL(fileURLWithPath: $0).appendingPathComponent("decoder")
    }

    @Test("the pictures of other projects decode or are refused", .enabled(if: directory != nil))
    func cases() throws {
        let directory = try #require(Self.directory)
        let table = try String(contentsOf: directory.appendingPathComponent("cases.csv"), encoding: .utf8)
        var decoded = 0
        var refused = 0
        for line in table.split(separator: "\n").dropFirst() {
            // The first eleven columns hold no quoted commas.
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            let file = directory.appendingPathComponent("files").appendingPathComponent(fields[0])
            if fields[1] == "reject" {
                #expect(throws: ImagingError.self, "\(fields[0])") { try Image(contentsOf: file) }
                refused += 1
                continue
            }
            let image = try Image(contentsOf: file).convertedToRGB()
            let array = directory.appendingPathComponent("expected").appendingPathComponent(fields[0] + ".npy")
            let expected = try pixels(ofArray: array)
            #expect([image.height, image.width, 3] == expected.shape, "\(fields[0])")
            let (largest, mean) = difference(image.pixels, expected.bytes)
            let (meanTolerance, largestTolerance) = (try #require(Double(fields[9])), try #require(Int(fields[10])))
            #expect(mean <= meanTolerance && largest <= largestTolerance, "\(fields[0]): \(largest), \(mean)")
            decoded += 1
        }
        #expect(decoded == 31 && refused == 10)
    }

    /// Shape and content of a .npy file of bytes.
    private func pixels(ofArray file: URL) throws -> (shape: [Int], bytes: [UInt8]) {
        let data = [UInt8](try Data(contentsOf: file))
        let end = 10 + Int(data[8]) + Int(data[9]) << 8
        let header = String(decoding: data[10..<end], as: UTF8.self)
        let open = try #require(header.firstIndex(of: "(")), close = try #require(header.firstIndex(of: ")"))
        let shape = header[open..<close].dropFirst().split(separator: ",").compactMap {
            Int($0.trimmingCharacters(in: .whitespaces))
        }
        return (shape, Array(data[end...]))
    }
}
