import Kindred

/// Groups.
let clusteringCases: [String: Case] = [
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
]
