import Foundation
import Tensor
import Testing
import _TestSupport

#if canImport(Glibc)
    import Glibc
#endif

/// The two ways to the disk, ``MemoryMap`` and ``AtomicFile``, where the system says no.
@Suite struct NPYSystemTests {
    @Test func `What cannot be mapped is an error with the system's reason`() throws {
        try withTemporaryDirectory { directory in
            func path(_ name: String) -> String { directory.appendingPathComponent(name).path }
            #expect(reason { try Matrix(npy: path("missing.npy")) }.contains("No such file"))
            #expect(reason { try Matrix(npy: directory.path) }.contains("Is a directory"))
            try FileManager.default.createSymbolicLink(atPath: path("loop.npy"), withDestinationPath: "loop.npy")
            #expect(reason { try Matrix(npy: path("loop.npy")) }.contains("symbolic links"))
            try FileManager.default.createSymbolicLink(atPath: path("dangling.npy"), withDestinationPath: "nowhere")
            #expect(reason { try Matrix(npy: path("dangling.npy")) }.contains("No such file"))
            #expect(mkfifo(path("pipe.npy"), 0o600) == 0)
            #expect(reason { try Matrix(npy: path("pipe.npy")) }.contains("pipe"))
            #expect(reason { try Matrix(npy: "/dev/null") }.contains("device"))
            #expect(reason { try Matrix(npy: "") }.contains("empty"))
            #expect(reason { try Matrix(npy: directory.path + "/a\0b.npy") }.contains("NUL"))
            #expect(FileManager.default.createFile(atPath: path("empty.npy"), contents: nil))
            #expect(reason { try Matrix(npy: path("empty.npy")) }.contains("0 bytes"))
        }
    }

    @Test func `A file that is not finished leaves nothing behind, and the old one stays`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appendingPathComponent("out.txt").path
            try AtomicFile.write("old", to: path)
            func writeHalf() throws {
                let file = try AtomicFile(path)
                try file.write([UInt8](repeating: 1, count: 200_000))
                #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).count == 2)
                throw CancellationError()
            }
            #expect(throws: CancellationError.self) { try writeHalf() }
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["out.txt"])
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
        }
    }

    @Test func `Pieces of all sizes arrive in order`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appendingPathComponent("out.bin").path
            let sizes = [0, 1, 65_535, 65_536, 3, 65_537, 200_000, 10, 0]
            let pieces = sizes.enumerated().map { [UInt8](repeating: UInt8($0.offset), count: $0.element) }
            try AtomicFile.write(pieces: pieces, to: path)
            #expect(try Array(Data(contentsOf: URL(fileURLWithPath: path))) == Array(pieces.joined()))
            try AtomicFile.write([], to: path)
            #expect(try MemoryMap(path).bytes.isEmpty)
        }
    }

    @Test func `A symbolic link stays a link, and permissions stay as they were`() throws {
        try withTemporaryDirectory { directory in
            let real = directory.appendingPathComponent("real.txt").path
            let link = directory.appendingPathComponent("link.txt").path
            try AtomicFile.write("old", to: real)
            #expect(chmod(real, 0o640) == 0)
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "real.txt")
            try AtomicFile.write("new", to: link)
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "real.txt")
            #expect(try String(contentsOfFile: real, encoding: .utf8) == "new")
            let attributes = try FileManager.default.attributesOfItem(atPath: real)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o640)
        }
    }

    @Test func `Places that cannot be written to are an error that names them`() throws {
        try withTemporaryDirectory { directory in
            let inMissing = directory.appendingPathComponent("none/out.npy").path
            #expect(reason { try Matrix([[1]]).write(npy: inMissing) }.contains(directory.path + "/none: No such file"))
            #expect(reason { try AtomicFile.write("x", to: directory.path) }.contains("Is a directory"))
            let loop = directory.appendingPathComponent("loop").path
            try FileManager.default.createSymbolicLink(atPath: loop, withDestinationPath: "loop")
            #expect(reason { try AtomicFile.write("x", to: loop) }.contains("symbolic links"))
        }
    }

    @Test func `A device is written to and not replaced`() throws {
        try AtomicFile.write("x", to: "/dev/null")
        #expect(try FileKind.ofPath("/dev/null") == .special)
        #expect(reason { try AtomicFile.write("x", to: "/dev/full") }.contains("No space"))
    }

    @Test func `A name as long as the system allows can be written`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appendingPathComponent(String(repeating: "n", count: 255)).path
            try AtomicFile.write("x", to: path)
            #expect(try FileKind.ofPath(path) == .regular)
        }
    }
}
