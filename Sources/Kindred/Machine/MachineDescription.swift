import Foundation
import Tensor

/// Kindred's own version.
public enum KindredVersion {
    /// The version of this library, as in its tags.
    public static let current = "0.1.0"
}

/// What the program runs on: printed by `kindred info`, by every benchmark, and kept in `run.json`.
public struct MachineDescription: Sendable, Codable, Hashable {
    /// The processor's name.
    public let processor: String
    /// How many processors the system has.
    public let processorCount: Int
    /// The physical memory, in bytes.
    public let memory: UInt64
    /// The SIMD instructions that Kindred's kernels use.
    public let simd: String
    /// The kernels that OpenBLAS chose or was told to use; `nil` when the library cannot be loaded.
    public let blasCore: String?
    /// OpenBLAS's own description, or why it cannot be loaded.
    public let blasConfiguration: String
    /// The version of Swift that compiled Kindred.
    public let swiftVersion: String
    /// The operating system.
    public let system: String

    /// This machine.
    public static var current: MachineDescription {
        var core: String?
        var configuration: String
        do {
            let identity = try LAPACK.identity()
            core = identity.core
            configuration = identity.configuration.trimmingCharacters(in: .whitespaces)
        } catch {
            configuration = error.description
        }
        return MachineDescription(
            processor: processorName, processorCount: ProcessInfo.processInfo.processorCount,
            memory: ProcessInfo.processInfo.physicalMemory, simd: SIMDLevel.current.description, blasCore: core,
            blasConfiguration: configuration, swiftVersion: compilerVersion,
            system: ProcessInfo.processInfo.operatingSystemVersionString)
    }

    private static var processorName: String {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
        let name = line?.split(separator: ":", maxSplits: 1).last.map { $0.trimmingCharacters(in: .whitespaces) }
        return name ?? "unknown"
    }

    // A program cannot ask its compiler's exact version; the language version that it knows comes closest.
    private static var compilerVersion: String {
        #if compiler(>=6.4)
            "6.4 or later"
        #else
            "6.3"
        #endif
    }

    /// The rate of products of single-precision matrices, in GFLOP/s, measured on `size`³: Kindred's own, and
    /// OpenBLAS's on one thread (`nil` when it cannot be loaded).
    public static func productRates(size: Int = 1024) -> (kindred: Double, openBLAS: Double?) {
        var random = RandomSource(seed: 1)
        let values = (0..<size * size).map { _ in Float(random.uniform(in: -1..<1)) }
        let matrix = Matrix(rows: size, columns: size, values: values)
        let work = 2 * Double(size) * Double(size) * Double(size) / 1e9
        func rate(_ body: () throws -> Void) rethrows -> Double {
            let clock = ContinuousClock()
            var best = Double.infinity
            for _ in 0..<4 {
                let time = try clock.measure { try body() }
                best = min(best, time / .seconds(1))
            }
            return work / best
        }
        let own = rate { _ = matrix.times(matrix, transposingOther: true) }
        let peer = try? rate { _ = try LAPACK.product(matrix, transposeOf: matrix) }
        return (own, peer)
    }
}
