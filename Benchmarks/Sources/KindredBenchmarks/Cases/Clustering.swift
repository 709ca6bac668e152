import Kindred

/// Groups.
let clusteringCases: [String: Case] = [
    "kmeans": { try kmeans($0, iterations: 25) },
    "kmeans-100k": { try kmeans($0, iterations: 10) },
    "kmeans-200k": { try kmeans($0, iterations: 10) },
    "kmeans-1m": { try kmeans($0, iterations: 10) },
    "kmeans-1m-normal": { try kmeans($0, iterations: 10) },
    "kmeans-seeded": { folder in
        let data = try Matrix(npy: folder + "/x.npy")
        let first = try Matrix(npy: folder + "/first.npy")
        let algorithm = KMeans(clusterCount: first.rows, maximumIterations: 25, tolerance: 0, seed: 1)
        return { ["inertia": try algorithm.fit(data).inertia] }
    },
    "kmeans-plusplus": { folder in
        let data = try Matrix(npy: folder + "/x.npy")
        let algorithm = KMeans(
            clusterCount: 256, seeding: .plusPlus(), maximumIterations: 1, tolerance: 0, seed: 1)
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
]

/// K-means from given first centroids.
private func kmeans(_ folder: String, iterations: Int) throws -> () throws -> [String: Double] {
    let data = try Matrix(npy: folder + "/x.npy")
    let first = try Matrix(npy: folder + "/first.npy")
    let algorithm = KMeans(
        clusterCount: first.rows, seeding: .given(first), maximumIterations: iterations, tolerance: 0)
    return { ["inertia": try algorithm.fit(data).inertia] }
}
