import Foundation
import Tensor
import Testing
import _TestSupport

/// Files that nobody should trust: each is read, or refused with a typed error; none ends the process.
@Suite struct NPYDamageTests {
    func write(_ bytes: [UInt8], to directory: URL) throws -> String {
        let url = directory.appendingPathComponent("damaged.npy")
        try Data(bytes).write(to: url)
        return url.path
    }

    func golden(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: goldens().appendingPathComponent("npy/\(name).npy")))
    }

    @Test func `A file cut at any byte is refused, and the error says how many bytes are missing`() throws {
        try withTemporaryDirectory { directory in
            let whole = try golden("f4-little-c")
            for length in 0..<whole.count {
                let path = try write(Array(whole[..<length]), to: directory)
                #expect(throws: TensorError.self) { try Matrix(npy: path) }
            }
            let path = try write(Array(whole.dropLast(7)), to: directory)
            let message = reason { try Matrix(npy: path) }
            #expect(message.contains("takes 48 bytes, 41 found") && message.contains("cut short"))
        }
    }

    @Test func `Bytes after the numbers are an error`() throws {
        try withTemporaryDirectory { directory in
            let path = try write(try golden("f4-little-c") + [0], to: directory)
            #expect(reason { try Matrix(npy: path) }.contains("takes 48 bytes, 49 found"))
        }
    }

    @Test(arguments: ["f4-little-c", "i8-big-fortran", "version-3", "cube-fortran", "records", "objects"])
    func `Any byte of the header may be flipped`(name: String) throws {
        try withTemporaryDirectory { directory in
            let whole = try golden(name)
            var accepted = 0
            for position in 0..<min(whole.count, 200) {
                for mask in [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFF] as [UInt8] {
                    var bytes = whole
                    bytes[position] ^= mask
                    do {
                        // From memory, because thousands of small files take long; what passes is then read as a file.
                        _ = try bytes.withUnsafeBytes { try NPYHeader($0, path: "flipped") }
                    } catch {
                        if !(error is TensorError) { Issue.record("byte \(position): \(error)") }
                        continue
                    }
                    accepted += 1
                    let file = try NPYFile(try write(bytes, to: directory))
                    let numbers = try file.floats(requiringFinite: false)
                    #expect(numbers.count == file.count && numbers.count == file.shape.reduce(1, *))
                }
            }
            #expect(accepted < 9 * 200)
        }
    }

    @Test(arguments: [
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4)}", "more elements than memory"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 9223372036854775807)}", "more elements than memory"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 1)}", "too large"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 1)}", "dimension, 0 or more"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (3)}", "',' expected"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': [3, 1]}", "'(' expected"),
        ("{'descr': '<f4', 'fortran_order': 0, 'shape': (1, 1)}", "True or False"),
        ("{'descr': '<f4', 'fortran_order': Falsehood, 'shape': (1, 1)}", "'}' expected"),
        ("{'descr': '<f4', 'fortran_order': False}", "'shape' is missing"),
        ("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1, 1)}", "twice"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), 'extra': 1}", "'extra'"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1)} + {}", "nothing may follow"),
        ("{'descr': __import__('os'), 'fortran_order': False, 'shape': (1, 1)}", "a string expected"),
        ("{'descr': '\\x3cf4', 'fortran_order': False, 'shape': (1, 1)}", "plain string"),
        ("{'descr': '<f4", "does not end"),
        ("{'descr': '|f4', 'fortran_order': False, 'shape': (1, 1)}", "'|f4'"),
        ("{'descr': 'f4', 'fortran_order': False, 'shape': (1, 1)}", "'f4'"),
        ("{'descr': '', 'fortran_order': False, 'shape': (1, 1)}", "''"),
        ("", "'{' expected"),
    ])
    func `A header that is not exactly NumPy's is refused with the place`(header: String, problem: String) throws {
        try withTemporaryDirectory { directory in
            let path = try write(NPYFiles.header(header) + [0, 0, 0, 0], to: directory)
            let message = reason { try NPYFile(path) }
            #expect(message.contains(problem) && message.hasPrefix(path), "\(message)")
        }
    }

    @Test func `A header of many dimensions or great length is refused`() throws {
        try withTemporaryDirectory { directory in
            let ones = String(repeating: "1, ", count: 65)
            let many = NPYFiles.header("{'descr': '<f4', 'fortran_order': False, 'shape': (\(ones))}") + [0, 0, 0, 0]
            #expect(reason { try NPYFile(try write(many, to: directory)) }.contains("64 dimensions"))
            let long = NPYFiles.header(String(repeating: " ", count: 10_001))
            #expect(reason { try NPYFile(try write(long, to: directory)) }.contains("at most 10000"))
            let huge = [0x93] + Array("NUMPY".utf8) + [2, 0, 0xFF, 0xFF, 0xFF, 0xFF] + [0x20]
            #expect(reason { try NPYFile(try write(huge, to: directory)) }.contains("at most 10000"))
            let future = [0x93] + Array("NUMPY".utf8) + [4, 0, 0, 0, 0, 0]
            #expect(reason { try NPYFile(try write(future, to: directory)) }.contains("version 4.0"))
        }
    }

    @Test func `Old headers with the long integers of Python 2 are read`() throws {
        try withTemporaryDirectory { directory in
            let header = NPYFiles.header("{\"descr\": \"<f4\", 'fortran_order': False, 'shape': (1L, 1L), }\n")
            let path = try write(header + [0, 0, 0x80, 0x3F], to: directory)
            #expect(try Matrix(npy: path).elements == [1])
        }
    }
}
