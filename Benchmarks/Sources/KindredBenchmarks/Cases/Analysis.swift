import Kindred

/// Scores of groups.
let analysisCases: [String: Case] = [
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
