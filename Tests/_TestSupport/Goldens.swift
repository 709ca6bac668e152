import Foundation

/// A golden file of JSON, decoded. A missing or unreadable golden fails the test that asks for it.
public func golden<T: Decodable>(
    _ name: String, as type: T.Type = T.self, from file: StaticString = #filePath
) throws -> T {
    try JSONDecoder().decode(type, from: Data(contentsOf: goldens(file).appendingPathComponent(name)))
}
