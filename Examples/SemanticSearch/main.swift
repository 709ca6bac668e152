import Foundation
import Kindred

// Finds what lines of a file are about, by meaning rather than by words:
//
//     swift run -c release SemanticSearch MODEL TEXTS.txt "what to look for"
//
// MODEL is a directory with a sentence model, such as Scripts/get-minilm.sh makes. With a CLIP model and a directory of
// pictures in place of the lines, pictures are found by words.

let arguments = CommandLine.arguments
guard arguments.count == 4 else {
    print("usage: SemanticSearch MODEL TEXTS.txt|PICTURES QUERY")
    exit(64)
}
let (model, source, query) = (arguments[1], arguments[2], arguments[3])

let texts = try Pretrained.textEncoder(directory: model)
var isDirectory: ObjCBool = false
_ = FileManager.default.fileExists(atPath: source, isDirectory: &isDirectory)

let names: [String]
let vectors: Matrix
if isDirectory.boolValue {
    let posts = try PostCollection(pictures: source)
    let images = try Pretrained.imageEncoder(directory: model)
    let files = try images.encode(files: posts.imagePaths.map { $0 ?? "" })
    let readable = posts.ids.indices.filter { files.failures[$0] == nil }
    names = readable.map { posts.ids[$0] }
    vectors = files.vectors.gatheringRows(readable)
} else {
    names = try String(contentsOfFile: source, encoding: .utf8).split(separator: "\n").map(String.init)
    vectors = try texts.encode(names)
}

let index = try BruteForceIndex(vectors, metric: .cosine)
let found = try index.nearest(5, to: texts.encode([query]), progress: .none)
for (row, distance) in zip(found.indices[0], found.distances[0]) {
    print(String(format: "%.3f  ", 1 - distance) + names[row])
}
