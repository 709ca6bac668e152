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
    let optics: Case = { folder in
        let data = try Matrix(npy: folder + "/x.npy")
        return {
            let labels = try OPTICS(minimumSamples: 10).fit(data).labels
            return ["clusters": Double(labels.clusterCount), "noise": Double(labels.noiseCount)]
        }
    }
    func neighbors(_ search: NeighborGraph.Search, metric: Metric = .euclidean) -> Case {
        { folder in
            let data = try Matrix(npy: folder + "/x.npy")
            return {
                let graph = try NeighborGraph(nearest: 15, of: data, metric: metric, search: search)
                let mean = graph.distances.reduce(0, +) / Double(graph.distances.count)
                let recall = graph.estimatedRecall.map { ["recall": $0] } ?? [:]
                return recall.merging(["mean distance": mean]) { first, _ in first }
            }
        }
    }
    var cases: [String: Case] = ["hdbscan-10k-768-cosine": hdbscan(.cosine), "optics-5k-16": optics]
    cases["neighbors-100k-128"] = neighbors(.exact)
    cases["neighbors-approximate-100k-128"] = neighbors(.approximate())
    cases["neighbors-manhattan-10k-64"] = neighbors(.exact, metric: .manhattan)
    for name in ["20k-64", "20k-512", "50k-256", "100k-2", "1m-2", "100k-8"] {
        cases["hdbscan-" + name] = hdbscan(.euclidean)
    }
    for name in ["100k-2", "1m-2", "100k-8"] { cases["tree-" + name] = tree }
    for name in ["dbscan-500k-2", "dbscan-100k-8"] { cases[name] = clusteringCases["dbscan"] }
    return cases
}()
