import Foundation
import Tensor
import Testing
import _TestSupport

@Suite struct NPYReadingTests {
    static let names = ["little-c", "little-fortran", "big-c", "big-fortran"]

    func golden(_ name: String) -> String { goldens().appendingPathComponent("npy/\(name).npy").path }

    /// The rule by which the golden files were made.
    func expected(_ element: ElementType) -> [Float] {
        (0..<12).map { index in
            switch element.npyCode?.first {
            case "b": index % 3 == 0 ? 1 : 0
            case "i": Float((index - 5) * 11)
            case "u": Float(index * 21)
            default: Float(index - 5) * 0.25
            }
        }
    }

    @Test("Every type, byte order and memory order that NumPy writes is read", arguments: ElementType.npyTypes)
    func types(element: ElementType) throws {
        let suffixes = element.size == 1 ? ["byte-c", "byte-fortran"] : Self.names
        for suffix in suffixes {
            let path = golden("\(element.npyCode ?? "")-\(suffix)")
            let matrix = try Matrix(npy: path)
            #expect(matrix.rows == 3 && matrix.columns == 4)
            #expect(matrix.elements == expected(element), "\(suffix)")
            let file = try NPYFile(path)
            #expect(file.elementType == element && file.shape == [3, 4] && file.count == 12)
            if element.isFloatingPoint {
                #expect(throws: TensorError.self) { try file.integers() }
            } else {
                #expect(try file.integers() == expected(element).map { Int($0) })
            }
        }
    }

    @Test(arguments: ["version-2", "version-3"]) func `Newer versions of the format are read`(name: String) throws {
        #expect(try Matrix(npy: golden(name)).elements == expected(.float32))
    }

    @Test func `A little-endian f4 file in C order is used in place, and a change copies it`() throws {
        var matrix = try Matrix(npy: golden("f4-little-c"))
        #expect(!matrix.storage.isOwned)
        let before = try Data(contentsOf: URL(fileURLWithPath: golden("f4-little-c")))
        matrix[0, 0] = 99
        #expect(matrix.storage.isOwned && matrix[0, 0] == 99)
        #expect(try Data(contentsOf: URL(fileURLWithPath: golden("f4-little-c"))) == before)
        #expect(try Matrix(npy: golden("f4-big-c")).storage.isOwned)
    }

    @Test func `A file whose numbers are not aligned to four bytes is copied, not misread`() throws {
        try withTemporaryDirectory { directory in
            var bytes = Array("\u{93}NUMPY".unicodeScalars.map { UInt8($0.value) }) + [1, 0]
            let header = Array("{'descr':'<f4','fortran_order':False,'shape':(1,2)}".utf8)
            bytes += [UInt8(header.count), 0] + header
            #expect(bytes.count % 4 != 0)
            for value in [1.5 as Float, -2] { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 } }
            let path = directory.appendingPathComponent("x.npy").path
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            let matrix = try Matrix(npy: path)
            #expect(matrix.elements == [1.5, -2] && matrix.storage.isOwned)
        }
    }

    @Test func `A vector is a column when asked, else an error that names its shape`() throws {
        let matrix = try Matrix(npy: golden("vector"), vectorAsColumn: true)
        #expect(matrix.rows == 4 && matrix.columns == 1)
        #expect(matrix.elements == Array(expected(.float32).prefix(4)))
        #expect(reason { try Matrix(npy: golden("vector")) }.contains("(4,)"))
        #expect(try NPYFile(golden("vector-i4")).integers() == [0, -1, 2, 2_147_483_647])
    }

    @Test func `Arrays of other ranks are read as numbers but refused as a matrix, with their shape named`() throws {
        #expect(try NPYFile(golden("number")).floats() == [3.5])
        #expect(reason { try Matrix(npy: golden("number"), vectorAsColumn: true) }.contains("single number"))
        for name in ["cube-c", "cube-fortran"] {
            let file = try NPYFile(golden(name))
            #expect(file.shape == [2, 3, 4])
            #expect(try file.floats() == (0..<24).map(Float.init))
            #expect(reason { try Matrix(npy: golden(name)) }.contains("(2, 3, 4)"))
        }
    }

    @Test func `Matrices without rows or columns are read`() throws {
        let noRows = try Matrix(npy: golden("no-rows"))
        #expect(noRows.rows == 0 && noRows.columns == 4)
        let noColumns = try Matrix(npy: golden("no-columns"))
        #expect(noColumns.rows == 3 && noColumns.columns == 0)
    }

    @Test func `The first value that is not finite is named by row and column`() throws {
        #expect(throws: TensorError.notFinite(source: golden("nan"), row: 2, column: 1)) {
            try Matrix(npy: golden("nan"))
        }
        #expect(throws: TensorError.notFinite(source: golden("infinite-f8"), row: 1, column: 0)) {
            try Matrix(npy: golden("infinite-f8"))
        }
        #expect(throws: TensorError.notFinite(source: golden("too-large-f8"), row: 0, column: 1)) {
            try Matrix(npy: golden("too-large-f8"))
        }
        let matrix = try Matrix(npy: golden("nan"), requiringFinite: false)
        #expect(matrix[2, 1].isNaN && matrix[2, 2] == 1.25)
    }

    @Test(arguments: [0, 1, 65_535, 65_536, 200_000])
    func `The search for values that are not finite finds the first, wherever it is`(position: Int) {
        var values = [Float](repeating: .greatestFiniteMagnitude, count: 200_001)
        #expect(values.withUnsafeBufferPointer { $0.firstNonFiniteIndex() } == nil)
        values[200_000] = .nan
        values[position] = -.infinity
        #expect(values.withUnsafeBufferPointer { $0.firstNonFiniteIndex() } == position)
    }

    @Test func `Types that are no plain numbers are refused by name`() {
        #expect(reason { try NPYFile(golden("objects")) }.contains("Python objects"))
        #expect(reason { try NPYFile(golden("complex")) }.contains("<c16"))
        #expect(reason { try NPYFile(golden("text")) }.contains("<U5"))
        #expect(reason { try NPYFile(golden("records")) }.contains("records"))
        #expect(reason { try NPYFile(golden("large-u8")).integers() }.contains("larger than"))
    }

    @Test func `Every half-precision number is converted exactly`() throws {
        #if !(os(macOS) && arch(x86_64))
            try withTemporaryDirectory { directory in
                let path = directory.appendingPathComponent("halves.npy").path
                var bytes = NPYFiles.header("{'descr': '<f2', 'fortran_order': False, 'shape': (65536,), }")
                for bits in UInt16.min...UInt16.max { withUnsafeBytes(of: bits.littleEndian) { bytes += $0 } }
                try Data(bytes).write(to: URL(fileURLWithPath: path))
                let values = try NPYFile(path).floats(requiringFinite: false)
                for (bits, value) in zip(UInt16.min...UInt16.max, values) {
                    let reference = Float(Float16(bitPattern: bits))
                    #expect(reference.isNaN ? value.isNaN : value.bitPattern == reference.bitPattern)
                }
            }
        #endif
    }
}

/// The reason in the error that `body` throws; empty when it throws none.
func reason<R>(_ body: () throws -> R) -> String {
    do {
        _ = try body()
        return ""
    } catch {
        return "\(error)"
    }
}

enum NPYFiles {
    /// The bytes of a version 1.0 header around `dictionary`.
    static func header(_ dictionary: String) -> [UInt8] {
        let text = Array(dictionary.utf8)
        return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.count & 0xFF), UInt8(text.count >> 8)] + text
    }
}
