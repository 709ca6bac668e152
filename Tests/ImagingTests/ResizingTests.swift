import Foundation
import Imaging
import Testing
import _TestSupport

@Suite("Resizing")
struct ResizingTests {
    static let levels = ResamplingLevel.allCases.filter { $0.rawValue <= ResamplingLevel.best.rawValue }

    @Test("a thousand random sizes, modes and filters give Pillow's bytes at every level", arguments: levels)
    func goldens(level: ResamplingLevel) throws {
        let records = try GoldenRecord.read("resized.bin")
        #expect(records.count == 1000)
        for record in records {
            let source = madePicture(
                width: record.width, height: record.height, model: record.colorModel, seed: try #require(record.index))
            let filter = try #require(ResamplingFilter.allCases.first { "\($0)" == record.filter })
            let result = source.resized(
                width: try #require(record.newWidth), height: try #require(record.newHeight), filter: filter,
                level: level)
            #expect(crc32(result.pixels) == record.crc, "\(record.testDescription) \(source) to \(result)")
            if !record.pixels.isEmpty { #expect(difference(result.pixels, record.pixels).largest == 0) }
        }
    }

    @Test("resizing to its own size changes nothing", arguments: ResamplingFilter.allCases)
    func ownSize(filter: ResamplingFilter) {
        let image = madePicture(width: 9, height: 7, model: .rgba, seed: 3)
        #expect(image.resized(width: 9, height: 7, filter: filter) == image)
    }

    @Test("an even picture stays even at every size", arguments: ResamplingFilter.allCases)
    func evenPicture(filter: ResamplingFilter) {
        let image = Image(width: 13, height: 11, colorModel: .grey, pixels: [UInt8](repeating: 77, count: 143))
        for (width, height) in [(1, 1), (5, 40), (100, 3)] {
            #expect(image.resized(width: width, height: height, filter: filter).pixels.allSatisfy { $0 == 77 })
        }
    }

    /// The naive twin: a weighted mean in floating point, without passes or fixed point.
    @Test("resizing is a weighted mean", arguments: [(7, 5), (30, 40), (19, 3)])
    func naiveTwin(width: Int, height: Int) {
        let image = madePicture(width: 19, height: 14, model: .grey, seed: 8)
        let result = image.resized(width: width, height: height, filter: .bilinear)
        func weights(_ old: Int, _ new: Int, _ index: Int) -> [Double] {
            let scale = Double(old) / Double(new)
            let center = (Double(index) + 0.5) * scale
            let all = (0..<old).map { max(0, 1 - abs(Double($0) + 0.5 - center) / max(scale, 1)) }
            return all.map { $0 / all.reduce(0, +) }
        }
        for y in 0..<height {
            for x in 0..<width {
                let (row, column) = (weights(14, height, y), weights(19, width, x))
                var sum = 0.0
                for j in 0..<14 { for i in 0..<19 { sum += row[j] * column[i] * Double(image.pixels[j * 19 + i]) } }
                #expect(abs(sum - Double(result.pixels[y * width + x])) <= 1.01)
            }
        }
    }

    @Test("the shortest side is met and the longer one rounded down")
    func shortestSide() {
        let image = madePicture(width: 50, height: 33, model: .grey, seed: 1)
        let result = image.resized(shortestSide: 20)
        #expect(result.width == 30 && result.height == 20)
        let turned = image.oriented(.right).resized(shortestSide: 20)
        #expect(turned.width == 20 && turned.height == 30)
    }

    @Test("fitting shrinks to the longest side and never enlarges")
    func fitted() {
        let image = madePicture(width: 60, height: 31, model: .rgb, seed: 1)
        #expect(image.fitted(within: 60) == image)
        let small = image.fitted(within: 20)
        #expect(small.width == 20 && small.height == 10)
        let line = madePicture(width: 300, height: 1, model: .rgb, seed: 1).fitted(within: 10)
        #expect(line.width == 10 && line.height == 1)
    }

    @Test("cropping takes the middle")
    func cropping() {
        let image = madePicture(width: 7, height: 6, model: .rgb, seed: 1)
        let middle = image.centerCropped(width: 4, height: 3)
        for y in 0..<3 { for x in 0..<4 { #expect(middle[x, y] == image[x + 1, y + 1]) } }
        #expect(image.centerCropped(width: 100, height: 100) == image)
    }
}
