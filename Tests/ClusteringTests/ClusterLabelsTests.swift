import Clustering
import Testing

@Suite struct ClusterLabelsTests {
    @Test("negative numbers are noise, and counts reconcile")
    func noise() {
        let labels = ClusterLabels([0, -1, 2, -7, 2])
        #expect(Array(labels) == [0, nil, 2, nil, 2])
        #expect(labels.values == [0, -1, 2, -1, 2])
        #expect(labels.clusterCount == 3 && labels.noiseCount == 2)
        #expect(labels.sizes == [1, 0, 2])
        #expect(labels.members == [[0], [], [2, 4]])
        #expect(ClusterLabels([Int]()).clusterCount == 0)
    }

    @Test("numbering by size puts the largest first, equal ones by their lowest row")
    func numbering() {
        let (labels, previous) = ClusterLabels([5, 3, -1, 3, 1, 1, 9]).numberedBySize()
        #expect(labels.values == [2, 0, -1, 0, 1, 1, 3])
        #expect(previous == [3, 1, 5, 9])
    }
}
