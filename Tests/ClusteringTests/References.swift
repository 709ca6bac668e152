import Tensor
import _TestSupport

/// The data sets of the golden files, by name.
struct ReferenceSets: Decodable {
    let sets: [String: [[Float]]]

    static func load() throws -> [String: Matrix] {
        try golden("dbscan.json", as: ReferenceSets.self).sets.mapValues { Matrix($0) }
    }
}
