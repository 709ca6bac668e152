import Kindred

// Groups a folder of pictures, with captions beside them where there are any:
//
//     swift run -c release QuickStart FOLDER [OUTPUT]

let arguments = CommandLine.arguments
guard arguments.count >= 2 else {
    print("usage: QuickStart FOLDER [OUTPUT]")
    throw KindredError.parameter(name: "FOLDER", value: "missing", valid: "a folder of pictures")
}

let posts = try PostCollection(pictures: arguments[1])
let result = try Pipeline(algorithm: AutomaticKMeans(seed: 1)).run(posts)

for (cluster, size) in result.labels.sizes.enumerated() {
    print("\(size) pictures: \(result.name(ofCluster: cluster))")
}
let files = try result.write(to: arguments.count > 2 ? arguments[2] : "quick-start-output")
print("open \(files.first { $0.hasSuffix(".html") } ?? "")")
