import Kindred

/// K-means at the sizes of the table of goals, and streams.
let streamCases: [String: Case] = [
    "kmeans-low": lloyd,
    "kmeans-wide": lloyd,
    "kmeans-plusplus": { folder in
        let data = try Matrix(npy: folder + "/x.npy")
        let count = Int(try Matrix(npy: folder + "/k.npy", vectorAsColumn: true)[0, 0])
        // One iteration follows the seeds, which no call gives alone; it is counted against Kindred.
        return {
            let model = try KMeans(clusterCount: count, seeding: .plusPlus(), maximumIterations: 1, seed: 1).fit(data)
            return ["inertia": model.inertia]
        }
    },
    "mini-batch": { folder in
        let data = try Matrix(npy: folder + "/x.npy")
        let algorithm = MiniBatchKMeans(clusterCount: 50, batchSize: 1024, seed: 1)
        return { ["inertia": try algorithm.fit(data).inertia] }
    },
    "stream": { folder in
        let batches = try batches(folder)
        return {
            var stream = try StreamKMPlusPlus(clusterCount: 50, seed: 1).stream()
            for batch in batches { try stream.insert(batch) }
            return ["inertia": try cost(of: stream.finish(), batches)]
        }
    },
    "stream-online": { folder in
        let batches = try batches(folder)
        return {
            var stream = try OnlineKMeans(clusterCount: 50, seed: 1).stream()
            for batch in batches { try stream.insert(batch) }
            return ["inertia": try cost(of: stream.finish(), batches)]
        }
    },
]

private let lloyd: Case = { folder in
    let data = try Matrix(npy: folder + "/x.npy")
    let first = try Matrix(npy: folder + "/first.npy")
    let algorithm = KMeans(clusterCount: first.rows, seeding: .given(first), maximumIterations: 10, tolerance: 0)
    return { ["inertia": try algorithm.fit(data).inertia] }
}

private func batches(_ folder: String) throws -> [Matrix] {
    let data = try Matrix(npy: folder + "/x.npy")
    return stride(from: 0, to: data.rows, by: 10_000).map { data.rows(in: $0..<min(data.rows, $0 + 10_000)) }
}

/// The inertia of all rows; a tenth of them tells, and takes a tenth of the time, inside the clock as the peers' does.
private func cost(of model: StreamModel, _ batches: [Matrix]) throws -> Double {
    try stride(from: 0, to: batches.count, by: 10).reduce(0) { try $0 + 10 * model.cost(of: batches[$1]) }
}
