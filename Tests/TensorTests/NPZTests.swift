import Foundation
import Tensor
import Testing
import _TestSupport

@Suite struct NPZTests {
    func golden(_ name: String) -> URL { goldens().appendingPathComponent("npz/\(name).npz") }

    static let wide = (0..<50).flatMap { _ in (0..<40).map(Float.init) }

    @Test(arguments: ["stored", "deflated"]) func `What NumPy archives is read`(name: String) throws {
        let archive = try NPZFile(golden(name).path)
        #expect(
            archive.names == ["flags", "floats", "fortran", "halves", "labels", "nothing", "number", "wide", "é/../x"])
        #expect(
            try Matrix(archive.array(named: "floats"))
                == Matrix(rows: 3, columns: 4, values: (-5..<7).map { Float($0) * 0.25 }))
        #expect(try archive.file(named: "halves").elementType == .float16)
        #expect(try archive.file(named: "halves").floats() == [0, 1, 2, 3, 4])
        #expect(try archive.integers(named: "labels") == [3, -1, 1 << 40])
        #expect(try archive.array(named: "number").shape == [])
        #expect(try archive.file(named: "number").floats() == [2.5])
        #expect(try archive.array(named: "nothing").shape == [0, 3])
        #expect(try archive.file(named: "fortran").floats() == [0, 1, 2, 3, 4, 5])
        #expect(try archive.integers(named: "flags") == [1, 0, 1])
        #expect(try archive.file(named: "é/../x").floats() == [1, 2])
        let wide = try archive.array(named: "wide")
        #expect(wide.shape == [50, 40] && Matrix(wide).elements == Self.wide)
        #expect(reason { try archive.integers(named: "floats") }.contains("whole numbers"))
        #expect(reason { try archive.array(named: "x") }.contains("no array 'x'; it holds 'flags', 'floats'"))
        #expect(reason { try archive.array(named: "x") }.contains("and 1 more"))
    }

    @Test func `Unnamed arrays, and archives written to a pipe, with a comment and other entries, are read`() throws {
        let positional = try NPZFile(golden("positional").path)
        #expect(positional.names == ["arr_0", "arr_1"])
        #expect(try positional.file(named: "arr_1").floats() == (0..<40).map(Float.init))
        let streamed = try NPZFile(golden("streamed").path)
        #expect(streamed.names == ["wide"])
        #expect(try streamed.file(named: "wide").floats() == Self.wide)
    }

    @Test func `An array outlives the archive that it was read from`() throws {
        let array = try NPZFile(golden("deflated").path).array(named: "wide")
        #expect(Matrix(array).elements == Self.wide)
    }

    var writer: NPZWriter {
        var writer = NPZWriter()
        writer.add(NDArray(shape: [3, 4], values: (-5..<7).map { Float($0) * 0.25 }), named: "floats")
        writer.add([3, -1, 1 << 40], named: "labels")
        writer.add(NDArray(shape: [2], values: [1, 2]), named: "é/../x")
        writer.add(NDArray(shape: [], repeating: 2.5), named: "number")
        writer.add(NDArray(shape: [0, 3]), named: "nothing")
        return writer
    }

    @Test func `The bytes are those that NumPy writes, also in the form for large archives`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appendingPathComponent("x.npz")
            try writer.write(to: path.path)
            #expect(try Data(contentsOf: path) == Data(contentsOf: golden("written")))
            try writer.write(to: path.path, compressed: false, largestSmall: 200)
            #expect(try Data(contentsOf: path) == Data(contentsOf: golden("large")))
            let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
            #expect(names == ["x.npz"])
        }
    }

    @Test(arguments: [false, true], [0x7FFF_FFFF, 300, 0])
    func `What is written is read back bit for bit`(compressed: Bool, largestSmall: Int) throws {
        try withTemporaryDirectory { directory in
            let path = directory.appendingPathComponent("x.npz").path
            let random = NDArray(randomMatrix(rows: 500, columns: 301, seed: 4))
            let zeros = NDArray(shape: [1000, 1000])
            let integers = (0..<50_000).map { $0 * $0 }
            var writer = writer
            writer.add(random, named: "random")
            writer.add(zeros, named: "zeros")
            writer.add(integers, shape: [500, 100], named: "integers")
            try writer.write(to: path, compressed: compressed, largestSmall: largestSmall)
            let archive = try NPZFile(path)
            #expect(archive.names.count == 8)
            #expect(try archive.array(named: "random") == random)
            #expect(try archive.array(named: "zeros") == zeros)
            #expect(try archive.integers(named: "integers") == integers)
            #expect(try archive.file(named: "integers").shape == [500, 100])
            #expect(try archive.file(named: "nothing").shape == [0, 3])
            let size = try Data(contentsOf: URL(fileURLWithPath: path)).count
            #expect(compressed ? size < 1_200_000 : size > 5_000_000)
        }
    }

    @Test func `An empty archive and names that cannot stand in one`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appendingPathComponent("x.npz").path
            try NPZWriter().write(to: path)
            #expect(try NPZFile(path).names.isEmpty)
            var twice = NPZWriter()
            for _ in 0..<2 { twice.add([1], named: "a") }
            #expect(reason { try twice.write(to: path) }.contains("'a', twice"))
            var long = NPZWriter()
            long.add([1], named: String(repeating: "x", count: 65_532))
            #expect(reason { try long.write(to: path) }.contains("at most 65531"))
            #expect(try NPZFile(path).names.isEmpty)
        }
    }
}
