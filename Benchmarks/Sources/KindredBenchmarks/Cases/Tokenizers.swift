import Kindred

/// Many texts to ids.
let tokenizerCases: [String: Case] = ["wordpiece": tokenize, "clip-bpe": tokenize]

@Sendable private func tokenize(_ folder: String) throws -> () throws -> [String: Double] {
    func bytes(_ name: String) throws -> [UInt8] {
        try NPYFile("\(folder)/\(name).npy").integers().map { UInt8($0) }
    }
    let tokenizer = try Tokenizer(json: String(decoding: bytes("tokenizer"), as: UTF8.self))
    let offsets = try NPYFile(folder + "/offsets.npy").integers()
    let all = try bytes("texts")
    let texts = zip(offsets, offsets.dropFirst()).map { String(decoding: all[$0..<$1], as: UTF8.self) }
    return { ["tokens": Double(try tokenizer.batch(texts).ids.count)] }
}
