import ArgumentParser
import Foundation
import Kindred

/// `kindred models list`.
struct ModelsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the models in the cache.",
        discussion: """
            Models that Python's programs downloaded are listed, too; those without a whole set of files in safetensors \
            are marked as incomplete.

            EXAMPLE
              kindred models list
            """)

    @OptionGroup var common: CommonOptions

    func run() throws {
        let session = Session(common)
        let hub = ModelHub()
        let models = hub.list()
        session.finish(
            text(models, in: hub.cacheDirectory),
            json: [
                "cache": .string(hub.cacheDirectory),
                "models": .array(
                    models.map { model in
                        [
                            "name": .string(model.name),
                            "bytes": .integer(model.bytes),
                            "changed": .integer(model.changed),
                            "revisions": .object(
                                model.revisions.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }),
                            "directory": model.directory.map { .string($0) } ?? .null,
                        ]
                    }),
            ])
    }

    private func text(_ models: [CachedModel], in cache: String) -> String {
        guard !models.isEmpty else { return "no models in \(cache)" }
        let rows = models.map { model in
            [
                model.name, "\(MemorySize(bytes: model.bytes))", Self.day(model.changed),
                model.revisions.keys.sorted().map(Self.short).joined(separator: ", "),
                model.directory == nil ? "incomplete" : "",
            ]
        }
        let columns = ["model", "size", "changed", "revisions", ""]
        let lines = TextTable(columns: columns, rows: rows, leftAligned: [0, 3, 4]).lines
        return (lines + ["", "in \(cache)"]).joined(separator: "\n")
    }

    /// A day as 2026-11-21.
    private static func day(_ seconds: Int) -> String {
        Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601.year().month().day())
    }

    /// Commits are known by their first digits.
    private static func short(_ revision: String) -> String {
        let isCommit = revision.utf8.count == 40 && revision.allSatisfy(\.isHexDigit)
        return isCommit ? String(revision.prefix(8)) : revision
    }
}
