// swift-tools-version: 6.3
import PackageDescription

// The layers, from the ground up. A target may depend only on targets above it in this list;
// `Documentation/Architecture.md` says why.

let cTargets: [Target] = [
    // Matrix-product micro-kernels and other hot loops, dispatched by hand on the processor's SIMD level.
    .target(name: "CKernels"),
    // Loads libopenblas at run time with the right kernels for this processor.
    .target(name: "COpenBLAS", linkerSettings: [.linkedLibrary("dl")]),
    // Deflate and CRC-32, from zlib.
    .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),
    // libpng, libjpeg-turbo, libwebp and giflib behind one decoding function that cannot crash.
    .target(
        name: "CImageCodecs",
        linkerSettings: [
            .linkedLibrary("png"), .linkedLibrary("jpeg"), .linkedLibrary("webp"), .linkedLibrary("webpdemux"),
            .linkedLibrary("gif"),
        ]),
    // Downloads, by libcurl, which is opened at run time.
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("dl")]),
    // Word boundaries for every script.
    .target(name: "CICU", linkerSettings: [.linkedLibrary("icuuc"), .linkedLibrary("icudata")]),
]

let layers: [Target] = [
    .target(name: "Tensor", dependencies: ["CKernels", "COpenBLAS", "CZlib"]),
    .target(name: "Imaging", dependencies: ["CImageCodecs", "Tensor"]),
    .target(name: "Language", dependencies: ["CICU", "Tensor"]),
    .target(name: "Encoders", dependencies: ["CCurl", "Imaging", "Language", "Tensor"]),
    .target(name: "Fusion", dependencies: ["Tensor"]),
    .target(name: "Clustering", dependencies: ["Tensor"]),
    .target(name: "Analysis", dependencies: ["Clustering", "Language", "Tensor"]),
    .target(
        name: "Kindred",
        dependencies: [
            "Analysis", "Clustering", "Encoders", "Fusion", "Imaging", "Language", "Tensor",
            .product(name: "Mustache", package: "swift-mustache"),
        ]),
]

let programs: [Target] = [
    .executableTarget(
        name: "KindredTool",
        dependencies: ["Kindred", .product(name: "ArgumentParser", package: "swift-argument-parser")],
        path: "Examples/KindredTool"),
    .executableTarget(name: "QuickStart", dependencies: ["Kindred"], path: "Examples/QuickStart"),
    .executableTarget(name: "Dendrogram", dependencies: ["Kindred"], path: "Examples/Dendrogram"),
    .executableTarget(name: "SemanticSearch", dependencies: ["Kindred"], path: "Examples/SemanticSearch"),
    .executableTarget(name: "Stream", dependencies: ["Kindred"], path: "Examples/Stream"),
    .executableTarget(name: "Topics", dependencies: ["Kindred"], path: "Examples/Topics"),
]

func tests(of module: String, _ dependencies: Target.Dependency...) -> Target {
    // Golden files lie beside the tests and are found through `#filePath`, so they are no bundle resources.
    .testTarget(
        name: "\(module)Tests", dependencies: [.target(name: module), "_TestSupport"] + dependencies,
        exclude: ["Goldens"])
}

let testTargets: [Target] = [
    .target(name: "_TestSupport", dependencies: ["Tensor"], path: "Tests/_TestSupport"),
    tests(of: "Tensor", "CKernels"),
    tests(of: "Imaging", "Tensor"),
    tests(of: "Language", "Tensor"),
    tests(of: "Encoders", "Tensor", "Imaging", "Language"),
    tests(of: "Fusion", "Tensor"),
    tests(of: "Clustering", "Tensor"),
    tests(of: "Analysis", "Clustering", "Language", "Tensor"),
    tests(of: "Kindred"),
    tests(of: "KindredTool", "Kindred", "QuickStart", "Dendrogram", "SemanticSearch", "Stream", "Topics"),
]

let package = Package(
    name: "Kindred",
    products: [
        .library(name: "Kindred", targets: ["Kindred"]),
        .library(name: "Tensor", targets: ["Tensor"]),
        .library(name: "Imaging", targets: ["Imaging"]),
        .library(name: "Language", targets: ["Language"]),
        .library(name: "Encoders", targets: ["Encoders"]),
        .library(name: "Fusion", targets: ["Fusion"]),
        .library(name: "Clustering", targets: ["Clustering"]),
        .library(name: "Analysis", targets: ["Analysis"]),
        .executable(name: "kindred", targets: ["KindredTool"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    ],
    targets: cTargets + layers + programs + testTargets,
    swiftLanguageModes: [.v6]
)
