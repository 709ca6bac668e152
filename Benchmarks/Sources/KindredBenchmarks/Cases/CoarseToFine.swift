import Foundation
import Kindred

/// Two clusterers in one, for millions of rows.
let coarseToFineCases: [String: Case] = {
    /// The most memory that the process has held so far, its data included.
    @Sendable func peakMegabytes() -> Double {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") }
        return line.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Double($0) }.map { $0 / 1000 } ?? 0
    }
    func run<Fine: ClusteringAlgorithm>(_ algorithm: CoarseToFine<CoarseKMeans, Fine>) -> Case {
        { folder in
            let data = try Matrix(npy: folder + "/x.npy")
            return {
                let labels = try algorithm.fit(data).labels
                return [
                    "clusters": Double(labels.clusterCount), "noise": Double(labels.noiseCount),
                    "peak MB": peakMegabytes(),
                ]
            }
        }
    }
    let hdbscan = HDBSCAN(
        minimumClusterSize: 30, minimumSamples: 10,
        selection: ClusterSelection(allowsSingleCluster: true, rootBirth: .firstLoss))
    return [
        "coarse-to-fine-2m-64": run(CoarseToFine(inside: hdbscan)),
        "coarse-to-fine-dbscan-2m-64": run(CoarseToFine(inside: DBSCAN(eps: 2.6, minimumSamples: 10))),
    ]
}()
