import Foundation
import Kindred

/// A tree of merges as an SVG: leaves on the left from top to bottom, heights to the right, each cluster in its colour.
struct TreePicture {
    private let tree: Dendrogram
    private let order: [Int]
    private let labels: ClusterLabels

    private let width = 720.0
    private let margin = 40.0
    private let lineHeight = 14.0
    private let palette = ["#1b6ca8", "#c8553d", "#2e8b57", "#8e5ea2", "#b8860b", "#3b8ea5", "#a23b72", "#5f7a1f"]

    init(_ tree: Dendrogram, order: [Int], labels: ClusterLabels) {
        self.tree = tree
        self.order = order
        self.labels = labels
    }

    func write(to path: String) throws { try svg.write(toFile: path, atomically: true, encoding: .utf8) }

    private var svg: String {
        let height = Double(order.count) * lineHeight + 2 * margin
        let size = "width=\"\(text(width))\" height=\"\(text(height))\" viewBox=\"0 0 \(text(width)) \(text(height))\""
        return """
            <svg xmlns="http://www.w3.org/2000/svg" \(size) font-family="sans-serif" font-size="10">
            <rect width="100%" height="100%" fill="white"/>
            \(names.joined(separator: "\n"))
            \(brackets.joined(separator: "\n"))
            \(axis.joined(separator: "\n"))
            </svg>

            """
    }

    private var highest: Double { max(tree.merges.map(\.height).max() ?? 0, .leastNormalMagnitude) }

    private func x(_ height: Double) -> Double { 2 * margin + height / highest * (width - 3 * margin) }

    private func color(ofLeaf leaf: Int) -> String { labels[leaf].map { palette[$0 % palette.count] } ?? "#888888" }

    private var names: [String] {
        order.enumerated().map { place, leaf in
            let y = margin + (Double(place) + 0.5) * lineHeight
            return """
                <text x="\(text(2 * margin - 6))" y="\(text(y + 3))" text-anchor="end" fill="\(color(ofLeaf: leaf))">\
                \(leaf)</text>
                """
        }
    }

    /// A bracket for each merge.
    private var brackets: [String] {
        var y = [Double](repeating: 0, count: tree.leafCount)
        for (place, leaf) in order.enumerated() { y[leaf] = margin + (Double(place) + 0.5) * lineHeight }
        var start = [Double](repeating: x(0), count: tree.leafCount)
        // A merge within a cluster has the cluster's colour.
        var colors = (0..<tree.leafCount).map { color(ofLeaf: $0) }
        return tree.merges.map { merge in
            let (a, b) = (merge.first, merge.second)
            let end = x(merge.height)
            colors.append(colors[a] == colors[b] ? colors[a] : "#444444")
            defer {
                y.append((y[a] + y[b]) / 2)
                start.append(end)
            }
            return """
                <path d="M\(text(start[a])) \(text(y[a]))H\(text(end))V\(text(y[b]))H\(text(start[b]))" fill="none" \
                stroke="\(colors[colors.count - 1])" stroke-width="1.3"/>
                """
        }
    }

    /// The heights at five places.
    private var axis: [String] {
        let y = margin + Double(order.count) * lineHeight + 10
        return (0...4).map { step in
            let height = highest * Double(step) / 4
            return """
                <text x="\(text(x(height)))" y="\(text(y + 10))" text-anchor="middle" fill="#444444">\
                \(String(format: "%.3g", height))</text>
                """
        }
    }

    private func text(_ value: Double) -> String { String(format: "%.2f", value) }
}
