// swift-tools-version: 6.3
import PackageDescription

// A package of its own, so that nobody who depends on Kindred builds it.
let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "Kindred", path: "..")],
    targets: [
        .executableTarget(name: "KindredBenchmarks", dependencies: [.product(name: "Kindred", package: "Kindred")])
    ],
    swiftLanguageModes: [.v6]
)
