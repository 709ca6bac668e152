import Kindred

/// Groups by density.
let densityCases: [String: Case] = {
    func hdbscan(_ metric: Metric) -> Case {
        { folder in
            let data = try Matrix(npy: folder + "/x.npy")
            let algorithm = HDBSCAN(minimumClusterSize: 15, minimumSamples: 5, metric: metric)
            return {
                let labels = try algorithm.fit(data).labels
                return ["clusters": Double(labels.clusterCount), "noise": Double(labels.noiseCount)]
            }
        }
    }
    let tree: Case = { folder in
        let data = try Matrix(npy: folder + "/x.npy")
        return {
            let edges = try MinimumSpanningTree(data, minimumSamples: 5).edges
            return ["weight": edges.reduce(0) { $0 + $1.weight }]
        }
    }
    var cases: [String: Case] = ["hdbscan-10k-768-cosine": hdbscan(.cosine)]
    for name in ["20k-64", "20k-512", "50k-256", "100k-2", "1m-2", "100k-8"] {
        cases["hdbscan-" + name] = hdbscan(.euclidean)
    }
    for name in ["100k-2", "1m-2", "100k-8"] { cases["tree-" + name] = tree }
    for name in ["dbscan-500k-2", "dbscan-100k-8"] { cases[name] = clusteringCases["dbscan"] }
    return cases
}()
