import Clustering
import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct KMeansTieTests {
    /// Rows that are so nearly halfway between two centroids that single precision often cannot tell.
    @Test("near-ties go to the centroid that is nearer in double precision, at every SIMD level and in any tile")
    func nearTies() throws {
        var data = randomMatrix(rows: 600, columns: 20, seed: 3)
        // Symmetric about the origin, so that rows are not shifted.
        for row in 0..<300 { for column in 0..<20 { data[row + 300, column] = -data[row, column] } }
        let model = try KMeans(clusterCount: 15, seed: 1).fit(data)
        let centroids = (0..<15).map { Array(model.centroids.row($0)) }
        var random = RandomSource(seed: 8)
        let rows = Matrix(
            (0..<3000).map { _ -> [Float] in
                let (a, b) = (random.integer(below: 15), random.integer(below: 15))
                return zip(centroids[a], centroids[b]).map { ($0 + $1) / 2 + 1e-7 * Float(random.normal()) }
            })
        let exact = (0..<rows.rows).map { row in
            let distances = centroids.map { center in
                zip(rows.row(row), center).reduce(0.0) {
                    $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
                }
            }
            return (distances, distances.min() ?? 0)
        }
        // By products in single precision some would go astray: the test can fail.
        let halves = centroids.map { center in center.reduce(0 as Float) { $0 + $1 * $1 } / 2 }
        let astray = (0..<rows.rows).count { row in
            let scores = centroids.indices.map { index in
                halves[index] - zip(rows.row(row), centroids[index]).reduce(0 as Float) { $0 + $1.0 * $1.1 }
            }
            let best = scores.indices.min { (scores[$0], $0) < (scores[$1], $1) } ?? 0
            return exact[row].0[best] > exact[row].1
        }
        #expect(astray > 20)
        let level = SIMDLevel.current
        defer { level.use() }
        for level in SIMDLevel.available {
            level.use()
            let labels = try model.predict(rows)
            for row in 0..<rows.rows {
                let own = exact[row].0[Int(labels.values[row])]
                // Sums of other order differ by less than this; near-ties here by much more, or not at all.
                #expect(own <= exact[row].1 * (1 + 1e-14))
            }
            // In tiles that start elsewhere, and alone.
            let part = try model.predict(rows.rows(in: 77..<1234))
            #expect(Array(part.values) == Array(labels.values[77..<1234]))
            for row in stride(from: 0, to: 3000, by: 271) {
                #expect(try model.predict(rows.rows(in: row..<row + 1)).values[0] == labels.values[row])
            }
        }
    }
}
