import Kindred

// Groups an endless stream whose clusters drift, and says when a new one becomes hot:
//
//     swift run -c release Stream [BATCHES] [SNAPSHOT]
//
// With SNAPSHOT the stream is saved there at the end, and goes on from there the next time.

let arguments = CommandLine.arguments
let batches = arguments.count > 1 ? Int(arguments[1]) ?? 120 : 120
let dimension = 16

/// Rows as they might come from an encoder: six subjects that wander slowly, and a seventh that everybody talks about for
/// a while.
func batch(_ number: Int, rows: Int = 1000) -> Matrix {
    var random = RandomSource(seed: 7, stage: "stream", item: number)
    let talked = (40..<80).contains(number % 120)
    return Matrix(
        (0..<rows).map { _ in
            let subject = random.integer(below: talked ? 10 : 6)
            return (0..<dimension).map { feature in
                // Each subject has a place of its own, and goes a little way with each batch.
                var place = RandomSource(seed: 1, stage: "place", item: min(subject, 6) * dimension + feature)
                let drift = 0.02 * Double(number) * (place.uniform() - 0.5)
                return Float(6 * place.normal() + drift + random.normal())
            }
        })
}

/// The stream that was saved, or a new one where there is no file yet.
func stream(_ parameters: StreamKMPlusPlus, savedAt path: String?) throws -> StreamKMPlusPlus.Stream {
    guard let path else { return try parameters.stream() }
    do {
        return try StreamKMPlusPlus.Stream(contentsOf: path)
    } catch TensorError.file {
        return try parameters.stream()
    }
}

let parameters = StreamKMPlusPlus(clusterCount: 12, coresetSize: 600, halfLife: 10_000, seed: 1)
let snapshot = arguments.count > 2 ? arguments[2] : nil
var monitor = try HotClusterMonitor(
    stream(parameters, savedAt: snapshot), tracker: HotClusterTracker(minimumShare: 0.1, separation: 1.5),
    interval: 5000)

let first = monitor.stream.rowCount / 1000
for number in first..<first + batches {
    for event in try monitor.insert(batch(number)) {
        let share = Int((event.share * 100).rounded())
        switch event.kind {
        case .appeared:
            print("row \(event.rowCount): cluster \(event.id) is new, and has \(share) % of what came lately")
        case .cooled: print("row \(event.rowCount): cluster \(event.id) has cooled")
        }
    }
}

let model = try monitor.stream.finish()
print("\(monitor.stream.rowCount) rows, \(monitor.tracker.known.count) hot clusters, \(model.centroids.rows) centroids")
if let snapshot { try monitor.stream.save(to: snapshot) }
