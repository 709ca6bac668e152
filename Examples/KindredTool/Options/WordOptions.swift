import ArgumentParser
import Foundation
import Kindred

/// Which words count.
struct WordOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Whose function words to leave out (default: those of all languages here).", valueName: "en|zh|none"))
    var language: String?

    @Option(help: ArgumentHelp("More words to leave out, one on each line.", valueName: "file"))
    var stopWords: String?

    func validate() throws {
        guard let language, language != "none", StopWords.forLanguage(language) == nil else { return }
        let known = StopWords.languages.joined(separator: ", ")
        throw ValidationError("--language is \(language); it must be one of \(known), or none")
    }

    /// Words and, if asked, phrases of the words that count.
    ///
    /// - Throws: ``KindredError`` when the file of words cannot be read.
    func analyzer(wordsPerTerm: ClosedRange<Int>) throws -> TextAnalyzer {
        var excluded: StopWords =
            switch language {
            case nil: .standard
            case let code?: StopWords.forLanguage(code) ?? .none
            }
        if let stopWords {
            let lines = try PostCollection(lines: stopWords).texts
            excluded.insert(lines.compactMap { $0?.trimmingCharacters(in: .whitespaces).lowercased() })
        }
        return TextAnalyzer(stopWords: excluded, wordsPerTerm: wordsPerTerm)
    }
}
