import Foundation
import Tensor
import Testing
import _TestSupport

@Suite struct NPYWritingTests {
    @Test(arguments: [(3, 4), (0, 5), (1, 1), (7, 0), (100, 129)])
    func `What is written is read back bit for bit`(rows: Int, columns: Int) throws {
        try withTemporaryDirectory { directory in
            let matrix = randomMatrix(rows: rows, columns: columns, seed: 1)
            let path = directory.appendingPathComponent("x.npy").path
            try matrix.write(npy: path)
            #expect(try Matrix(npy: path) == matrix)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["x.npy"])
        }
    }

    @Test(arguments: ["f4-little-c", "no-rows", "no-columns"])
    func `The bytes are those that NumPy writes`(name: String) throws {
        try withTemporaryDirectory { directory in
            let golden = goldens().appendingPathComponent("npy/\(name).npy")
            let path = directory.appendingPathComponent("x.npy")
            try Matrix(npy: golden.path).write(npy: path.path)
            #expect(try Data(contentsOf: path) == Data(contentsOf: golden))
        }
    }

    @Test func `Vectors are written as NumPy writes them`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appendingPathComponent("x.npy")
            try NPYFile.write([0, -1, 2, .max] as [Int32], to: path.path)
            #expect(
                try Data(contentsOf: path) == Data(contentsOf: goldens().appendingPathComponent("npy/vector-i4.npy")))
            try NPYFile.write([-1.25, -1, -0.75, -0.5] as [Float], to: path.path)
            #expect(try Data(contentsOf: path) == Data(contentsOf: goldens().appendingPathComponent("npy/vector.npy")))
        }
    }

    @Test func `A matrix may be written over the file that it is mapped from`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appendingPathComponent("x.npy").path
            try Matrix([[1, 2], [3, 4]]).write(npy: path)
            let mapped = try Matrix(npy: path)
            try mapped.transposed().write(npy: path)
            #expect(mapped.elements == [1, 2, 3, 4])
            #expect(try Matrix(npy: path).elements == [1, 3, 2, 4])
        }
    }
}
