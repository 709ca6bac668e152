// swift-tools-version: 6.3
import PackageDescription

// Fuzz targets for all readers of untrusted files: a package of its own, because libFuzzer needs unsafe flags. Built
// and run by `Scripts/fuzz`, which also has the readers themselves compiled with the sanitizers and testable.

let fuzzed = SwiftSetting.unsafeFlags(["-sanitize=fuzzer,address", "-parse-as-library"])

func fuzzers(of module: String) -> Target {
    .executableTarget(
        name: "\(module)Fuzz", dependencies: ["FuzzDriver", .product(name: module, package: "kindred")],
        swiftSettings: [fuzzed], linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])])
}

let package = Package(
    name: "Fuzzing",
    dependencies: [.package(name: "kindred", path: "../..")],
    targets: [
        .target(name: "CFuzzer"),
        .target(name: "FuzzDriver", dependencies: ["CFuzzer"]),
        fuzzers(of: "Tensor"),
        fuzzers(of: "Imaging"),
        fuzzers(of: "Language"),
        fuzzers(of: "Encoders"),
        fuzzers(of: "Clustering"),
        fuzzers(of: "Kindred"),
    ],
    swiftLanguageModes: [.v6]
)
