import Tensor
import _TestSupport

/// What scikit-learn's relatives of k-means make of one set of points.
struct KMeansFamilyReference: Decodable {
    struct Weighted: Decodable {
        let first: [[Float]]
        let labels: [Int]
        let inertia: Double
        let centroids: [[Float]]
    }
    struct Bisecting: Decodable {
        let strategy: String
        let inertia: Double
    }
    let points: [[Float]]
    let weights: [Double]
    let weighted: [Weighted]
    let bisecting: [Bisecting]
    let miniBatchInertia: Double
    let plusPlusPotential: Double

    static func load() throws -> KMeansFamilyReference { try golden("kmeans-family.json") }
}

/// Each row as often as its weight says, copies side by side, and where each row's first copy is.
func copies(of data: Matrix, _ counts: [Int]) -> (rows: Matrix, first: [Int]) {
    var first: [Int] = []
    var order: [Int] = []
    for (row, count) in counts.enumerated() {
        first.append(order.count)
        order += [Int](repeating: row, count: count)
    }
    return (data.gatheringRows(order), first)
}
