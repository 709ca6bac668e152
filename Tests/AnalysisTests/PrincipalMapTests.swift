import Analysis
import Tensor
import Testing
import _TestSupport

@Suite struct PrincipalMapTests {
    struct Golden: Decodable {
        let points: [[Float]]
        let coordinates: [[Float]]
        let explainedShare: Double
    }

    @Test func theMapEqualsScikitLearnsPCA() throws {
        let example = try golden("map.json", as: Golden.self)
        let map = try PrincipalMap(Matrix(example.points))
        expectClose(map.coordinates, Matrix(example.coordinates), relativeTolerance: 1e-4, absoluteTolerance: 1e-4)
        expectClose(map.explainedShare, example.explainedShare, relativeTolerance: 1e-5)
        #expect(map.explainedShare > 0 && map.explainedShare <= 1)
    }

    @Test func mapsAreTheSameForEveryNumberOfThreads() throws {
        let data = randomMatrix(rows: 5000, columns: 20, seed: 1)
        let maps = try withThreadCounts { try PrincipalMap(data).coordinates }
        #expect(maps[1] == maps[0] && maps[2] == maps[0])
    }

    @Test func oneRowOneColumnAndIdenticalRowsLieAtTheOrigin() throws {
        #expect(try PrincipalMap(Matrix([[3, 4, 5]])).coordinates == Matrix([[0, 0]]))
        let line = try PrincipalMap(Matrix([[1], [3]]))
        #expect(line.coordinates == Matrix([[-1, 0], [1, 0]]))
        expectClose(line.explainedShare, 1)
        let same = try PrincipalMap(Matrix(rows: 4, columns: 3, repeating: 0.3))
        #expect(same.coordinates == Matrix(rows: 4, columns: 2))
        #expect(same.explainedShare == 0)
    }

    @Test func badDataIsRefused() {
        #expect(throws: AnalysisError.emptyData(rows: 0, columns: 2)) { try PrincipalMap(Matrix(rows: 0, columns: 2)) }
        #expect(throws: AnalysisError.notFinite(row: 0, column: 1)) { try PrincipalMap(Matrix([[1, .nan], [0, 0]])) }
    }
}
