import Kindred

/// Trees of merges. The quality is the sum of all heights, which says whether the trees are the same.
let agglomerativeCases: [String: Case] = [
    "ward-10k": { try tree(of: $0, .ward) },
    "ward-30k": { try tree(of: $0, .ward) },
    "average-10k": { try tree(of: $0, .average) },
    "single-50k": { try tree(of: $0, .single) },
    "genie-50k": { folder in
        let data = try Matrix(npy: folder + "/x.npy")
        return { ["largest": Double(try Genie(clusterCount: 40).fit(data).labels.sizes[0])] }
    },
]

private func tree(of folder: String, _ linkage: Linkage) throws -> () throws -> [String: Double] {
    let data = try Matrix(npy: folder + "/x.npy")
    return {
        let merges = try Agglomerative(clusterCount: 1, linkage: linkage).fit(data).dendrogram.merges
        return ["heights": merges.reduce(0) { $0 + $1.height }]
    }
}
