import Foundation
import Kindred

// Usage: KindredBenchmarks CASE FOLDER   runs a case on the arrays in FOLDER, warm-up first, and prints one line of
//                                        JSON: seconds and quality. Data are read outside the clock.
//        KindredBenchmarks header        what is being measured, on what.

/// One case: reads its data, then gives the work to time, which reports its quality.
typealias Case = (_ folder: String) throws -> () throws -> [String: Double]

let cases: [String: Case] = [
    "sgemm": { folder in
        let a = try Matrix(npy: folder + "/a.npy")
        let b = try Matrix(npy: folder + "/b.npy")
        return { ["checksum": Double(a.times(b)[17, 42])] }
    },
    "kmeans": { folder in
        let data = try Matrix(npy: folder + "/x.npy")
        let first = try Matrix(npy: folder + "/first.npy")
        let algorithm = KMeans(
            clusterCount: first.rows, seeding: .given(first), maximumIterations: 25, tolerance: 0)
        return { ["inertia": try algorithm.fit(data).inertia] }
    },
    "kmeans-seeded": { folder in
        let data = try Matrix(npy: folder + "/x.npy")
        let first = try Matrix(npy: folder + "/first.npy")
        let algorithm = KMeans(clusterCount: first.rows, maximumIterations: 25, tolerance: 0, seed: 1)
        return { ["inertia": try algorithm.fit(data).inertia] }
    },
    "dbscan": { folder in
        let data = try Matrix(npy: folder + "/x.npy")
        let eps = Double(try Matrix(npy: folder + "/eps.npy", vectorAsColumn: true)[0, 0])
        return {
            let labels = try DBSCAN(eps: eps, minimumSamples: 5).fit(data).labels
            return ["clusters": Double(labels.clusterCount), "noise": Double(labels.noiseCount)]
        }
    },
    "silhouette": { folder in
        let data = try Matrix(npy: folder + "/x.npy")
        let labels = ClusterLabels(try NPYFile(folder + "/labels.npy").integers())
        return { ["silhouette": try Silhouette(data, labels: labels)?.mean ?? .nan] }
    },
    "silhouette-cosine": { folder in
        let data = try Matrix(npy: folder + "/x.npy")
        let labels = ClusterLabels(try NPYFile(folder + "/labels.npy").integers())
        return { ["silhouette": try Silhouette(data, labels: labels, metric: .cosine)?.mean ?? .nan] }
    },
]

func seconds(of work: () throws -> [String: Double]) rethrows -> (Double, [String: Double]) {
    let clock = ContinuousClock()
    let start = clock.now
    let quality = try work()
    return (Double((clock.now - start) / .nanoseconds(1)) / 1e9, quality)
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
