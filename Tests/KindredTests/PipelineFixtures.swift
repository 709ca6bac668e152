import Foundation
import Kindred

/// A folder of small pictures in `kinds` colours with captions that name the colour, `count` of each.
func makePictures(in directory: URL, kinds: [(name: String, color: [UInt8])], count: Int) throws {
    var random = RandomSource(seed: 1, stage: "pictures")
    for (name, color) in kinds {
        let folder = directory.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for index in 0..<count {
            var pixels: [UInt8] = []
            for _ in 0..<24 * 20 {
                pixels += color.map { UInt8(clamping: Int($0) + random.integer(below: 25) - 12) }
            }
            let image = Image(width: 24, height: 20, colorModel: .rgb, pixels: pixels)
            try Data(image.jpegData(quality: 90)).write(to: folder.appendingPathComponent("\(index).jpg"))
            let caption = "A \(name) square, number \(index)\nfr.utf8=carré\n"
            try caption.write(to: folder.appendingPathComponent("\(index).txt"), atomically: true, encoding: .utf8)
        }
    }
}

let colorKinds: [(name: String, color: [UInt8])] = [
    ("red", [220, 30, 30]), ("green", [30, 190, 40]), ("blue", [30, 40, 220]),
]

/// Small encoders and a fixed number of clusters.
func smallPipeline(clusters: Int = 3) -> Pipeline {
    Pipeline(components: 8, algorithm: KMeans(clusterCount: clusters, restarts: 4, seed: 1), seed: 1)
}
