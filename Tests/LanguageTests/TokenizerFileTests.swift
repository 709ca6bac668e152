import Foundation
import Language
import Testing
import _TestSupport

/// Files of tokenizers: the older ones, and damaged ones.
struct TokenizerFileTests {
    // MARK: Older files

    /// What `tokenizer.json` of a small tokenizer says.
    private func content(_ kind: String) throws -> [String: Any] {
        let data = try Data(contentsOf: URL(fileURLWithPath: tokenizerPath(kind)))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    private func write(_ value: Any, _ directory: URL, _ name: String) throws {
        try JSONSerialization.data(withJSONObject: value).write(to: directory.appendingPathComponent(name))
    }

    /// Writes a model's vocabulary as older files have it.
    private func writeVocabulary(_ kind: String, to directory: URL) throws {
        let model = try #require(try content(kind)["model"] as? [String: Any])
        let vocabulary = try #require(model["vocab"] as? [String: Int])
        if let merges = model["merges"] as? [[String]] {
            try write(vocabulary, directory, "vocab.json")
            let lines = ["#version: 0.2"] + merges.map { $0.joined(separator: " ") }
            try Data((lines.joined(separator: "\n") + "\n").utf8)
                .write(to: directory.appendingPathComponent("merges.txt"))
        } else {
            let lines = vocabulary.sorted { $0.value < $1.value }.map(\.key)
            try Data((lines.joined(separator: "\r\n") + "\r\n").utf8)
                .write(to: directory.appendingPathComponent("vocab.txt"))
        }
    }

    @Test(arguments: ["bert-uncased", "roberta", "clip"])
    func `The older files say the same as the new one`(kind: String) throws {
        try withTemporaryDirectory { directory in
            try writeVocabulary(kind, to: directory)
            var configuration: [String: Any] = ["model_max_length": ["roberta": 60, "clip": 77][kind] ?? 40]
            if kind == "roberta" {
                let mask: [String: Any] = ["content": "<mask>", "lstrip": true, "normalized": false]
                configuration["mask_token"] = mask
            }
            try write(configuration, directory, "tokenizer_config.json")
            let old = try Tokenizer(directory: directory.path)
            let new = try Tokenizer(json: tokenizerPath(kind))
            #expect(old.maximumLength == new.maximumLength && old.vocabularySize == new.vocabularySize)
            let texts = Array(try TokenizerCorpus.texts()[..<1500])
            #expect(try old.encode(texts) == new.encode(texts))
            #expect(old.encode(texts[1], texts[2]) == new.encode(texts[1], texts[2]))
        }
    }

    @Test func `A configuration beside a vocabulary is heeded`() throws {
        try withTemporaryDirectory { directory in
            try writeVocabulary("bert-uncased", to: directory)
            try write(
                [
                    "do_lower_case": false, "strip_accents": false, "tokenizer_class": "BertTokenizerFast",
                    "model_max_length": 1e30,
                ],
                directory, "tokenizer_config.json")
            try write(["<new>": 2600, "the": 5], directory, "added_tokens.json")
            try write(["cls_token": ["content": "[MASK]"]], directory, "special_tokens_map.json")
            let tokenizer = try Tokenizer(directory: directory.path)
            let new = try Int32(Tokenizer(json: tokenizerPath("bert-uncased")).vocabularySize)
            #expect(tokenizer.maximumLength == nil)
            let unknown = try #require(tokenizer.id(of: "[UNK]"))
            #expect(tokenizer.id(of: "<new>") == new)
            // The first special token is another, capitals are not lowered, the new token is one.
            let mask = try #require(tokenizer.id(of: "[MASK]"))
            #expect(tokenizer.encode("THE <new>").ids == [mask, unknown, new, 3])
            #expect(tokenizer.encode("").ids == [mask, 3])
        }
    }

    // MARK: What cannot be read

    @Test func `A directory without a vocabulary says what would do`() throws {
        try withTemporaryDirectory { directory in
            #expect(throws: LanguageError.self) { try Tokenizer(directory: directory.path) }
            for name in ["vocab.txt", "sentencepiece.bpe.model", "spiece.model"] {
                #expect(errorMessage { try Tokenizer(directory: directory.path) }.contains(name))
            }
            #expect(errorMessage { try Tokenizer(json: directory.path + "/tokenizer.json") }.contains("tokenizer.json"))
            try write(["a": 0], directory, "vocab.json")
            #expect(errorMessage { try Tokenizer(directory: directory.path) }.contains("merges.txt"))
        }
    }

    private func message(of content: Any) throws -> String {
        try withTemporaryDirectory { directory in
            try write(content, directory, "tokenizer.json")
            let text = errorMessage { try Tokenizer(directory: directory.path) }
            // Whatever is wrong, the file is named.
            #expect(text.isEmpty || text.contains("tokenizer.json"))
            return text
        }
    }

    @Test(arguments: ["normalizer", "pre_tokenizer", "post_processor", "model"])
    func `A component that is not known is named`(role: String) throws {
        var content = try content("bert-uncased")
        var part = role == "model" ? try #require(content["model"] as? [String: Any]) : [:]
        part["type"] = "Quantum"
        content[role] = part
        let text = try message(of: content)
        #expect(text.contains("'Quantum'") && text.contains(role) && text.contains("known are"))
        content[role] =
            role == "model"
            ? part : ["type": "Sequence", "normalizers": [part], "pretokenizers": [part], "processors": [part]]
        #expect(try message(of: content).contains("'Quantum'"))
    }

    @Test func `A regular expression that is not known is named`() throws {
        var content = try content("bert-uncased")
        content["pre_tokenizer"] = [
            "type": "Split", "pattern": ["Regex": "(?<=x)y"], "behavior": "Isolated", "invert": false,
        ]
        #expect(try message(of: content).contains("(?<=x)y"))
    }

    /// Faults in a model, with what the message must contain.
    static let faults: [(kind: String, key: String, value: any Sendable, says: String)] = [
        ("bert-uncased", "unk_token", "[NONE]", "[NONE]"), ("bert-uncased", "vocab", ["a": -1], "'a'"),
        ("bert-uncased", "vocab", ["a": 5_000_000_000], "'a'"), ("bert-uncased", "vocab", ["a": "x"], "'a'"),
        ("bert-uncased", "vocab", 7, "vocab"),
        ("bert-uncased", "max_input_chars_per_word", -5, "max_input_chars_per_word"),
        ("roberta", "merges", ["a b c"], "merge"), ("roberta", "merges", [["a"]], "merge"),
        ("roberta", "merges", ["a ŉŉŉ"], "merge 1"),
        ("roberta", "dropout", 0.5, "dropout"), ("roberta", "unk_token", "[NONE]", "[NONE]"),
        ("xlm-roberta", "unk_id", 100_000, "unk_id"), ("xlm-roberta", "unk_id", -1, "unk_id"),
        ("xlm-roberta", "vocab", [["a"]], "score"),
        ("xlm-roberta", "vocab", [[String(repeating: "a", count: 2000), -1.0]] as [[any Sendable]], "1024"),
    ]

    @Test(arguments: faults.indices)
    func `A fault in a model is named`(index: Int) throws {
        let fault = Self.faults[index]
        var content = try content(fault.kind)
        var model = try #require(content["model"] as? [String: Any])
        model[fault.key] = fault.value
        if fault.says == "1024" { model["unk_id"] = 0 }
        content["model"] = model
        let text = try message(of: content)
        #expect(text.contains(fault.says), "\(text)")
    }

    @Test func `Faults elsewhere are named, too`() throws {
        let plain = try content("bert-uncased")
        func message(_ key: String, _ value: Any?) throws -> String {
            var content = plain
            content[key] = value
            return try self.message(of: content)
        }
        #expect(try message("model", nil).contains("'model' is missing"))
        #expect(try message("version", "9.9").contains("version"))
        #expect(try message("added_tokens", 3).contains("added_tokens"))
        #expect(try message("added_tokens", [["id": 1]]).contains("content"))
        #expect(try message("truncation", ["max_length": "x"]).contains("max_length"))
        #expect(try message("truncation", ["max_length": 5, "strategy": "Sideways"]).contains("strategy"))
        #expect(
            try message("normalizer", ["type": "Precompiled", "precompiled_charsmap": "AAAA"]).contains("charsmap"))
        #expect(try message("pre_tokenizer", ["type": "FixedLength", "length": 0]).contains("length"))
        let special = ["SpecialToken": ["id": "[X]", "type_id": 0]]
        let template =
            ["type": "TemplateProcessing", "single": [special], "pair": [special], "special_tokens": [:]]
            as [String: Any]
        #expect(try message("post_processor", template).contains("[X]"))
        let twice = [["Sequence": ["id": "A", "type_id": 0]], ["Sequence": ["id": "A", "type_id": 0]]]
        let repeated =
            ["type": "TemplateProcessing", "single": twice, "pair": twice, "special_tokens": [:]] as [String: Any]
        #expect(try message("post_processor", repeated).contains("twice"))
    }

    @Test func `A file that is cut anywhere or shuffled gives an error`() throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: tokenizerPath("words")))
        try withTemporaryDirectory { directory in
            let file = directory.appendingPathComponent("tokenizer.json")
            for count in stride(from: 0, to: data.count - 2, by: 997) {
                try data[..<count].write(to: file)
                #expect(throws: LanguageError.self) { try Tokenizer(json: file.path) }
            }
            var numbers = SplitMix(state: 5)
            for _ in 0..<60 {
                var bytes = [UInt8](data)
                for _ in 0..<4 { bytes[numbers.below(bytes.count)] = UInt8(numbers.below(256)) }
                try Data(bytes).write(to: file)
                // Not every change is a fault; what is read must answer.
                if let tokenizer = try? Tokenizer(json: file.path) { _ = tokenizer.encode("the 1234 été") }
            }
        }
    }
}
