import Foundation
import Kindred

// Usage: KindredBenchmarks CASE FOLDER   runs a case on the arrays in FOLDER, warm-up first, and prints one line of
//                                        JSON: seconds and quality. Data are read outside the clock.
//        KindredBenchmarks header        what is being measured, on what.

/// One case: reads its data, then gives the work to time, which reports its quality.
typealias Case = @Sendable (_ folder: String) throws -> () throws -> [String: Double]

let families: [[String: Case]] = [
    productsCases,
    activationCases,
    attentionCases,
    convolutionCases,
    encoderCases,
    tokenizerCases,
    linearCases,
    trainingCases,
    clusteringCases,
    streamCases,
    densityCases,
    agglomerativeCases,
    coarseToFineCases,
    analysisCases,
]
let cases = families.reduce(into: [:]) { $0.merge($1) { first, _ in first } }

/// The mean time of runs that take a fifth of a second together, or of one that takes longer.
func seconds(of work: () throws -> [String: Double]) rethrows -> (Double, [String: Double]) {
    let clock = ContinuousClock()
    let start = clock.now
    var runs = 0.0
    while true {
        let quality = try work()
        runs += 1
        let seconds = Double((clock.now - start) / .nanoseconds(1)) / 1e9
        if seconds >= 0.2 { return (seconds / runs, quality) }
    }
}

let arguments = CommandLine.arguments
if arguments.count == 2, arguments[1] == "header" {
    let machine = MachineDescription.current
    print(
        """
        processor \(machine.processor), \(Parallelism.threadCount) threads, SIMD \(SIMDLevel.current), \
        BLAS core \(machine.blasCore ?? "none"), Swift \(machine.swiftVersion)
        """)
} else if arguments.count == 3, let make = cases[arguments[1]] {
    let work = try make(arguments[2])
    _ = try work()
    let (time, quality) = try seconds(of: work)
    let result = quality.merging(["seconds": time]) { first, _ in first }
    print(String(decoding: try JSONSerialization.data(withJSONObject: result, options: .sortedKeys), as: UTF8.self))
} else {
    print(
        "usage: KindredBenchmarks header | CASE FOLDER, with CASE one of \(cases.keys.sorted().joined(separator: ", "))"
    )
    exit(64)
}
