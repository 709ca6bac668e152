/// Measures how long the stages of a run take.
struct Stopwatch {
    private(set) var timings: [RunManifest.Timing] = []
    private let clock = ContinuousClock()

    mutating func time<R, E: Error>(_ stage: String, _ body: () throws(E) -> R) throws(E) -> R {
        let start = clock.now
        let result = try body()
        timings.append(.init(stage: stage, seconds: (clock.now - start) / .seconds(1)))
        return result
    }
}
