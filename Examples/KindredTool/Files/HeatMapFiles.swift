import Foundation
import Kindred

/// Heat maps over pictures in files: one PNG for each, read and written a few at a time.
struct HeatMapFiles {
    /// The maps of pictures, which stand in those rows of the input.
    typealias Method = (_ images: [Image], _ rows: [Int]) throws -> [HeatMap]

    let explainer: VisionExplainer
    let method: Method
    /// The longest side of what is written.
    let size: Int
    let directory: String

    /// Pictures that are in memory at a time.
    private let batch = 16

    /// What became of a picture.
    struct Record {
        let id: String
        /// Why there is no map.
        var reason: String?
        var file: String?
        var map: HeatMap?
    }

    func path(_ name: String) -> String { (directory as NSString).appendingPathComponent(name) }

    /// Pictures as the model looks at them and as they are written, and on each thread a full one while it is decoded.
    var memoryEstimate: MemoryEstimate {
        MemoryEstimate(
            "pictures", bytes: batch * size * size * 3 * 2 + Parallelism.threadCount * (64 << 20) + (256 << 20))
    }

    /// Explains the pictures of posts, in order, and writes them under their row numbers.
    func write(_ posts: PostCollection, _ session: Session) throws -> [Record] {
        var records = zip(posts.ids, posts.statuses).map { id, status in
            Record(id: id, reason: status.kind == .ok || status.kind == .missingText ? nil : "\(status)")
        }
        for (row, present) in posts.imagePresence.enumerated() where !present && records[row].reason == nil {
            records[row].reason = "there is no picture"
        }
        let rows = posts.rowsWithImages
        for start in stride(from: 0, to: rows.count, by: batch) {
            guard session.progress.advance("pictures", start, of: rows.count) else { throw ToolError.interrupted }
            let part = Array(rows[start..<min(rows.count, start + batch)])
            let read = parallelMap(part.count) { index in
                Result { () throws(ImagingError) in
                    ReadPicture(try Image(contentsOfFile: posts.imagePaths[part[index]] ?? ""), explainer, size: size)
                }
            }
            var present: [(row: Int, picture: ReadPicture)] = []
            for (row, outcome) in zip(part, read) {
                switch outcome {
                case .success(let picture): present.append((row, picture))
                case .failure(let error): records[row].reason = "\(error)"
                }
            }
            let maps = try method(present.map(\.picture.prepared), present.map(\.row))
            for (map, (row, picture)) in zip(maps, present) {
                let name = String(format: "%06d.png", row)
                let bytes = try picture.overlay(map.values).pngData()
                try session.write(path(name)) { try AtomicFile.write(bytes, to: path(name)) }
                records[row].file = name
                records[row].map = HeatMap(values: map.values, region: picture.region)
            }
        }
        guard session.progress.advance("pictures", rows.count, of: rows.count) else { throw ToolError.interrupted }
        guard records.contains(where: { $0.map != nil }) else {
            throw ToolError.badData("no row has a picture that can be read; nothing was written")
        }
        return records
    }
}

/// What is kept of a picture once it is read.
private struct ReadPicture {
    /// As the model looks at it, and as it is written.
    let prepared, small: Image
    /// What the model sees, in pixels of the original.
    let region: HeatMap.Region
    /// How many times the original is as wide and as high as what is written.
    private let reduction: (x: Double, y: Double)

    init(_ image: Image, _ explainer: VisionExplainer, size: Int) {
        prepared = explainer.processor.prepare(image)
        small = image.fitted(within: size, filter: .bilinear).convertedToRGB()
        region = explainer.region(of: image)
        reduction = (Double(small.width) / Double(image.width), Double(small.height) / Double(image.height))
    }

    func overlay(_ values: Matrix) -> Image {
        HeatMap(values: values, region: region.scaled(x: reduction.x, y: reduction.y)).normalized().overlay(on: small)
    }
}

extension HeatMapFiles.Record {
    /// A line of `heatmaps.jsonl`.
    var json: JSONValue {
        guard let map, let file else {
            return ["id": .string(id), "status": "failed", "reason": .string(reason ?? "")]
        }
        let region = map.region
        return [
            "id": .string(id), "status": "ok", "file": .string(file),
            "region": [
                "x": .number(region.x), "y": .number(region.y), "width": .number(region.width),
                "height": .number(region.height),
            ],
            "values": .array(
                (0..<map.values.rows).map { row in .array(map.values.row(row).map { .number(Double($0)) }) }),
        ]
    }
}
