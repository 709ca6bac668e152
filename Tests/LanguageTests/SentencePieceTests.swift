import Foundation
import Language
import Testing
import _TestSupport

/// SentencePiece's own files against `sentencepiece` itself and the classes of `transformers`, over 12,000 lines.
struct SentencePieceTests {
    private struct Goldens: Decodable {
        let block: Int
        let pairs: Int
        let native: [String: Native]
        let classes: [String: [String: Class]]

        struct Native: Decodable {
            let size: Int
            let ids: [String]
        }

        struct Class: Decodable {
            let size: Int
            let single: [String]?
            let pair: [String]?
            let ids: [String]?
            let pairIDs: [String]?
        }
    }

    private func goldens() throws -> Goldens { try golden("tokenizer-pieces", as: Goldens.self) }

    /// Which blocks of encodings have another fingerprint than expected.
    private func differing(
        _ encodings: [Encoding], _ expected: [String], _ block: Int, _ fingerprint: (ArraySlice<Encoding>) -> String
    ) -> [Int] {
        #expect(encodings.count == expected.count * block)
        return expected.indices.filter { fingerprint(encodings[$0 * block..<($0 + 1) * block]) != expected[$0] }
    }

    private func idFingerprint(_ encodings: ArraySlice<Encoding>) -> String {
        var result = Fingerprint()
        for encoding in encodings {
            result.add(encoding.ids.count)
            for id in encoding.ids { result.add(id) }
        }
        return result.text
    }

    /// Whatever the hashes say: offsets lie within their texts, and the shorter way has the same ids.
    private func checkPlaces(_ tokenizer: Tokenizer, _ texts: [String], _ encodings: [Encoding]) throws {
        let batch = try tokenizer.batch(texts)
        let faults = texts.indices.filter { index in
            let count = texts[index].unicodeScalars.count
            return !encodings[index].offsets.allSatisfy { $0.upperBound <= count }
                || !encodings[index].ids.allSatisfy { tokenizer.token(of: $0) != nil }
                || !batch[index].elementsEqual(encodings[index].ids)
        }
        #expect(faults.isEmpty, "\(faults.count): \(faults.prefix(3).map { texts[$0] })")
    }

    @Test(arguments: ["shifted", "gaps", "plain", "pairs", "runs"])
    func `A model is run as sentencepiece itself runs it`(model: String) throws {
        let goldens = try goldens()
        let expected = try #require(goldens.native[model])
        let tokenizer = try Tokenizer(sentencePiece: piecesPath("\(model).model"))
        #expect(tokenizer.vocabularySize == expected.size)
        let texts = try TokenizerCorpus.texts()
        let encodings = try tokenizer.encode(texts)
        // After a piece that a user has defined, three lines are cut at another of several equal places.
        #expect(differing(encodings, expected.ids, goldens.block, idFingerprint).count <= (model == "gaps" ? 3 : 0))
        try checkPlaces(tokenizer, texts, encodings)
    }

    @Test(arguments: [
        ("XLMRobertaTokenizer", "shifted"), ("XLMRobertaTokenizer", "gaps"), ("T5Tokenizer", "gaps"),
        ("SiglipTokenizer", "shifted"), ("SiglipTokenizer", "gaps"),
        ("SiglipTokenizer", "runs"),
    ])
    func `Ids of directories are those of the class that they name`(name: String, model: String) throws {
        let goldens = try goldens()
        let expected = try #require(goldens.classes[name]?[model])
        var tokenizer = try tokenizer(model, ["tokenizer_class": name])
        #expect(tokenizer.vocabularySize == expected.size)
        #expect(tokenizer.maximumLength == (name == "SiglipTokenizer" ? 64 : nil))
        tokenizer.maximumLength = nil
        let texts = try TokenizerCorpus.texts()
        let encodings = try tokenizer.encode(texts)
        let pairs = (0..<goldens.pairs).map { tokenizer.encode(texts[2 * $0], texts[2 * $0 + 1]) }
        if let single = expected.single, let pair = expected.pair {
            #expect(differing(encodings, single, goldens.block) { Fingerprint.of($0) } == [])
            #expect(differing(pairs, pair, goldens.block) { Fingerprint.of($0) } == [])
        } else {
            #expect(differing(encodings, try #require(expected.ids), goldens.block, idFingerprint) == [])
            #expect(differing(pairs, try #require(expected.pairIDs), goldens.block, idFingerprint) == [])
        }
        try checkPlaces(tokenizer, texts, encodings)
    }

    @Test(arguments: ["XLMRobertaTokenizer", "T5Tokenizer"])
    func `The file says the same as the one that was converted from it`(name: String) throws {
        let tokenizer = try tokenizer("gaps", ["tokenizer_class": name])
        let converted = try Tokenizer(json: piecesPath("gaps-\(name).json"))
        #expect(tokenizer.vocabularySize == converted.vocabularySize)
        let texts = try TokenizerCorpus.texts()
        #expect(try tokenizer.encode(texts) == converted.encode(texts))
        #expect(tokenizer.encode(texts[1], texts[2]) == converted.encode(texts[1], texts[2]))
        let ids = Int32(0)..<Int32(tokenizer.vocabularySize)
        #expect(ids.allSatisfy { tokenizer.token(of: $0) == converted.token(of: $0) })
    }

    // MARK: Which class

    /// The tokenizer of a directory that consists of a model and what is given.
    private func tokenizer(
        _ model: String, file: String = "spiece.model", _ configuration: [String: Any], config: [String: Any]? = nil
    ) throws -> Tokenizer {
        try withTemporaryDirectory { directory in
            try FileManager.default.copyItem(
                at: URL(fileURLWithPath: piecesPath("\(model).model")), to: directory.appendingPathComponent(file))
            for (name, value) in [("tokenizer_config.json", configuration), ("config.json", config ?? [:])] {
                try JSONSerialization.data(withJSONObject: value).write(to: directory.appendingPathComponent(name))
            }
            return try Tokenizer(directory: directory.path)
        }
    }

    @Test func `What reads a file is told by its configuration, by the model's, or by its name`() throws {
        let text = "Hello, world!"
        func ids(_ file: String, _ configuration: [String: Any], _ config: [String: Any]? = nil) throws -> [Int32] {
            try tokenizer("gaps", file: file, configuration, config: config).encode(text).ids
        }
        let shifted = try ids("spiece.model", ["tokenizer_class": "XLMRobertaTokenizerFast"])
        let captions = try ids("spiece.model", ["tokenizer_class": "SiglipTokenizer"])
        let gaps = try ids("spiece.model", ["tokenizer_class": "T5Tokenizer"])
        #expect(Set([shifted, captions, gaps]).count == 3)
        #expect(try ids("sentencepiece.bpe.model", [:]) == shifted)
        #expect(try ids("spiece.model", [:]) == gaps)
        #expect(try ids("spiece.model", [:], ["model_type": "siglip"]) == captions)
        #expect(try ids("spiece.model", [:], ["model_type": "xlm-roberta"]) == shifted)
        #expect(try ids("sentencepiece.bpe.model", [:], ["model_type": "bert"]) == shifted)
        #expect(
            try ids("spiece.model", [:], ["model_type": "bert", "tokenizer_class": "XLMRobertaTokenizer"]) == shifted)
        #expect(
            try ids("spiece.model", ["tokenizer_class": "PreTrainedTokenizerFast"], ["model_type": "siglip"])
                == captions)
        #expect(try ids("spiece.model", ["tokenizer_class": "SiglipTokenizer"], ["model_type": "t5"]) == captions)
        let message = errorMessage { try tokenizer("gaps", ["tokenizer_class": "AlbertTokenizer"]) }
        #expect(message.contains("'AlbertTokenizer'") && message.contains("SiglipTokenizer"))
    }

    @Test func `A configuration beside a file is heeded`() throws {
        let mask: [String: Any] = ["content": "<mask>", "lstrip": true, "normalized": false]
        let shifted = try tokenizer(
            "shifted", ["tokenizer_class": "XLMRobertaTokenizer", "mask_token": mask, "model_max_length": 512])
        #expect(shifted.maximumLength == 512)
        let id = try #require(shifted.id(of: "<mask>"))
        #expect(Int(id) == shifted.vocabularySize - 1)
        #expect(["<s>", "<pad>", "</s>", "<unk>"].map { shifted.id(of: $0) } == [0, 1, 2, 3])
        #expect(shifted.encode("  <mask>").ids == [0, id, 2])
        let captions = try tokenizer("shifted", ["tokenizer_class": "SiglipTokenizer", "do_lower_case": false])
        let lowered = try tokenizer("shifted", ["tokenizer_class": "SiglipTokenizer"])
        #expect(captions.encode("The THE").ids != lowered.encode("The THE").ids)
        #expect(captions.encode("the the!").ids == lowered.encode("The, THE").ids)
        #expect(lowered.encode("the </s>").ids == lowered.encode("the").ids)
        #expect(lowered.encode("ΟΔΟΣ ΟΔΟΣ.").ids == lowered.encode("οδος οδος").ids)
        let few = try tokenizer("gaps", ["tokenizer_class": "T5Tokenizer", "extra_ids": 2])
        #expect(few.token(of: Int32(few.vocabularySize - 1)) == "<extra_id_0>" && few.id(of: "<extra_id_2>") == nil)
        #expect(few.encode("<extra_id_1>").ids.first == Int32(few.vocabularySize - 2))
        #expect(
            errorMessage { try tokenizer("gaps", ["tokenizer_class": "T5Tokenizer", "extra_ids": 1 << 40]) }
                .contains("extra_ids"))
        #expect(
            errorMessage { try tokenizer("pairs", ["tokenizer_class": "XLMRobertaTokenizer"]) }
                .contains("SiglipTokenizer"))
        #expect(
            errorMessage { try tokenizer("pairs", ["tokenizer_class": "T5Tokenizer"]) }.contains("spiece.model"))
    }
}

/// The path of a file of SentencePiece's.
func piecesPath(_ name: String) -> String { goldens().appendingPathComponent("pieces/\(name)").path }
