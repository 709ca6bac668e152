import FuzzDriver

@testable import Tensor

// SwiftPM calls the entry point of a program by its module's name.
@_cdecl("TensorFuzz_main")
public func main(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    Parallelism.threadCount = 1
    return runFuzzer(
        ["npy": fuzzNPY, "npz": fuzzNPZ, "safetensors": fuzzSafetensors, "index": fuzzIndex], count, arguments)
}

/// The input in place: libFuzzer's copy of it ends where the input does, so that one byte too many is found.
private func content(_ bytes: UnsafeRawBufferPointer) -> FileBytes {
    FileBytes(path: "fuzz", bytes: bytes, owner: NoOwner.shared)
}

private final class NoOwner: Sendable {
    static let shared = NoOwner()
}

/// Reads all numbers, so that each byte that should be there is touched.
private func readAll(_ array: NDArray) -> Float {
    array.withUnsafeBufferPointer { $0.reduce(0, +) }
}

@Sendable private func fuzzNPY(_ bytes: UnsafeRawBufferPointer) {
    guard let file = try? NPYFile(content(bytes)) else { return }
    check(file.count == file.shape.reduce(1, *), "count and shape differ")
    if let array = try? file.array(requiringFinite: false) {
        check(array.shape == file.shape, "shapes differ")
        _ = readAll(array)
    }
    if let integers = try? file.integers() { check(integers.count == file.count, "counts differ") }
}

@Sendable private func fuzzNPZ(_ bytes: UnsafeRawBufferPointer) {
    guard let archive = try? NPZFile(content(bytes), inflatedByteLimit: 1 << 20) else { return }
    for name in archive.names.prefix(64) {
        guard let file = try? archive.file(named: name), let array = try? file.array(requiringFinite: false) else {
            continue
        }
        check(array.shape == file.shape, "shapes differ")
        _ = readAll(array)
    }
}

@Sendable private func fuzzSafetensors(_ bytes: UnsafeRawBufferPointer) {
    guard let file = try? SafetensorsFile(content(bytes)) else { return }
    var total = 0
    for entry in file.entries {
        guard let array = try? file.array(named: entry.name) else {
            preconditionFailure("an array that the header lists cannot be read")
        }
        check(array.shape == entry.shape, "shapes differ")
        _ = readAll(array)
        if let integers = try? file.integers(named: entry.name) {
            check(integers.count == entry.count, "counts differ")
        }
        total += entry.count * entry.elementType.size
    }
    // The header and the arrays are all that there is.
    let header = Int(UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)))
    check(8 + header + total == bytes.count, "bytes are covered twice or not at all")
}

@Sendable private func fuzzIndex(_ bytes: UnsafeRawBufferPointer) {
    guard let index = try? SafetensorsIndex(bytes, path: "fuzz") else { return }
    check(index.places.values.allSatisfy { index.files.indices.contains($0) }, "a file that does not exist")
    for file in index.files {
        check(
            !file.utf8.contains(UInt8(ascii: "/")) && !file.utf8.contains(0) && file != "..", "a name that leads away")
    }
}
