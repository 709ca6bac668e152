import Foundation
import Kindred

// Groups short texts by meaning and names the groups:
//
//     swift run -c release Topics MODEL TEXTS.txt [CLUSTERS]
//
// MODEL is a directory with a sentence model, such as Scripts/get-minilm.sh makes; TEXTS.txt has a text on each line. Without
// a number of clusters, HDBSCAN finds the dense ones.

let arguments = CommandLine.arguments
guard arguments.count >= 3 else {
    print("usage: Topics MODEL TEXTS.txt [CLUSTERS]")
    exit(64)
}
let texts = try String(contentsOfFile: arguments[2], encoding: .utf8).split(separator: "\n").map(String.init)

let vectors = try Pretrained.textEncoder(directory: arguments[1]).encode(texts)
// What few dimensions keep is enough to tell topics apart, and makes dense places denser.
let components = min(50, vectors.columns, vectors.rows)
let reduced = try PCA(keeping: .count(components)).fit(vectors).transform(vectors)
let labels =
    if arguments.count > 3, let count = Int(arguments[3]) {
        try KMeans(clusterCount: count, seed: 1).fit(reduced).labels
    } else {
        try HDBSCAN(minimumClusterSize: max(5, texts.count / 100)).fit(reduced).labels
    }

let summary = TopicSummary(texts: texts, labels: labels, analyzer: TextAnalyzer(wordsPerTerm: 1...2))
for topic in summary.topics {
    print("\(topic.size) texts: \(topic.line)")
    for position in topic.representatives.prefix(2) { print("    \(texts[position])") }
}
if labels.noiseCount > 0 { print("\(labels.noiseCount) texts in no group") }
