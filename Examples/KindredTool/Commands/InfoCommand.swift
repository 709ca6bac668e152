import ArgumentParser
import Kindred

/// `kindred info`: what the tool is, and what it runs on.
struct InfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Show versions, processor, threads, memory, and how fast matrices are multiplied.",
        discussion: """
            The rates are those of products of 1024 × 1024 matrices in single precision: Kindred's own on one thread and \
            on all, and OpenBLAS's on one, for comparison.

            EXAMPLE
              kindred info --json
            """)

    @OptionGroup var common: CommonOptions

    func run() throws {
        let session = Session(common)
        let machine = MachineDescription.current
        let threads = Parallelism.threadCount
        Parallelism.threadCount = 1
        let single = MachineDescription.productRates()
        Parallelism.threadCount = threads
        let parallel = threads == 1 ? single.kindred : MachineDescription.productRates().kindred

        let blas = machine.blasCore.map { "\($0) kernels (\(machine.blasConfiguration))" } ?? machine.blasConfiguration
        func rate(_ value: Double?) -> String { value.map { "\(Int($0.rounded())) GFLOP/s" } ?? "not available" }
        let memory = MemorySize(bytes: Int(clamping: machine.memory))
        let lines = [
            "kindred     \(KindredVersion.current), compiled with Swift \(machine.swiftVersion)",
            "system      \(machine.system)",
            "processor   \(machine.processor)",
            "processors  \(machine.processorCount)",
            "threads     \(threads)",
            "memory      \(memory)",
            "SIMD        \(machine.simd)",
            "OpenBLAS    \(blas)",
            "products    Kindred \(rate(single.kindred)) on 1 thread, \(rate(parallel)) on \(threads)",
            "            OpenBLAS \(rate(single.openBLAS)) on 1 thread",
        ]
        session.finish(
            lines.joined(separator: "\n"),
            json: [
                "version": .string(KindredVersion.current),
                "swift": .string(machine.swiftVersion),
                "system": .string(machine.system),
                "processor": .string(machine.processor),
                "processors": .integer(machine.processorCount),
                "threads": .integer(threads),
                "memory_bytes": .integer(Int(clamping: machine.memory)),
                "simd": .string(machine.simd),
                "blas_core": machine.blasCore.map { .string($0) } ?? .null,
                "blas_configuration": .string(machine.blasConfiguration),
                "gflops": [
                    "kindred_one_thread": .number(single.kindred),
                    "kindred": .number(parallel),
                    "openblas_one_thread": single.openBLAS.map { .number($0) } ?? .null,
                ],
            ])
    }
}
