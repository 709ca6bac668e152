import Foundation
import Language
import Testing
import _TestSupport

/// SentencePiece's files that are damaged, or say what is not read.
struct SentencePieceFileTests {
    /// A message as protocol buffers write it.
    private struct Message {
        var bytes: [UInt8] = []

        private mutating func number(_ value: UInt64) {
            var rest = value
            while rest >= 0x80 {
                bytes.append(UInt8(rest & 0x7F) | 0x80)
                rest >>= 7
            }
            bytes.append(UInt8(rest))
        }

        mutating func add(_ field: UInt64, _ value: UInt64) {
            number(field << 3)
            number(value)
        }

        mutating func add(_ field: UInt64, _ value: Float) {
            number(field << 3 | 5)
            withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
        }

        mutating func add(_ field: UInt64, _ value: some Collection<UInt8>) {
            number(field << 3 | 2)
            number(UInt64(value.count))
            bytes += value
        }
    }

    private typealias Piece = (text: String, score: Float, kind: UInt64)

    private static let pieces: [Piece] = [
        ("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3), ("▁", -2, 1), ("▁a", -1.5, 1), ("b", -3, 1), ("ab", -2.75, 1),
        ("é", -4, 1),
    ]

    private func file(
        _ pieces: [Piece] = pieces, training: [(UInt64, UInt64)] = [], normalization: [(UInt64, UInt64)] = [],
        map: [UInt8]? = nil
    ) -> [UInt8] {
        var file = Message()
        for piece in pieces { add(piece: Array(piece.text.utf8), piece.score, piece.kind, to: &file) }
        var part = Message()
        for (field, value) in training { part.add(field, value) }
        file.add(2, part.bytes)
        part = Message()
        if let map { part.add(2, map) }
        for (field, value) in normalization { part.add(field, value) }
        file.add(3, part.bytes)
        return file.bytes
    }

    private func add(piece: [UInt8], _ score: Float, _ kind: UInt64, to file: inout Message) {
        var part = Message()
        part.add(1, piece)
        part.add(2, score)
        part.add(3, kind)
        file.add(1, part.bytes)
    }

    private func tokenizer(_ bytes: some Collection<UInt8>) throws -> Tokenizer {
        try withTemporaryDirectory { directory in
            let file = directory.appendingPathComponent("spiece.model")
            try Data(bytes).write(to: file)
            return try Tokenizer(sentencePiece: file.path)
        }
    }

    @Test func `A file that is written by hand is read`() throws {
        let tokenizer = try tokenizer(file())
        #expect(tokenizer.vocabularySize == 8)
        #expect(tokenizer.encode("ab  é").ids == [4, 5, 3, 7])
        #expect(tokenizer.encode("xyab").ids == [3, 0, 6])
        #expect(tokenizer.encode("<s>").ids == [3, 0] && tokenizer.encode("   ").ids == [])
        // Fields that are not known are read over, and a message may come in parts.
        var longer = Message(bytes: file())
        longer.add(99, UInt64.max)
        longer.add(98, [1, 2, 3])
        longer.add(97, Float(1))
        longer.bytes += file([("c", -1, 1)])
        #expect(try self.tokenizer(longer.bytes).encode("abc").ids == [4, 5, 8])
    }

    @Test func `A file that is cut within a field gives an error, wherever`() throws {
        let whole = file(map: nil)
        // A message may end after any of its fields: then it is a smaller one.
        var ends: Set<Int> = []
        var message = Message()
        for piece in Self.pieces {
            add(piece: Array(piece.text.utf8), piece.score, piece.kind, to: &message)
            ends.insert(message.bytes.count)
        }
        ends.insert(whole.count - 2)
        for count in 0..<whole.count {
            guard ends.contains(count) else {
                #expect(throws: LanguageError.self, "\(count) bytes") { try tokenizer(whole[..<count]) }
                continue
            }
            #expect(try tokenizer(whole[..<count]).vocabularySize > 0)
        }
    }

    @Test(arguments: ["shifted", "gaps", "pairs"])
    func `A real file that is cut or changed gives an error or a tokenizer that answers`(model: String) throws {
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: piecesPath("\(model).model"))))
        var numbers = SplitMix(state: 11)
        var failed = 0
        for trial in 0..<150 {
            var bytes = whole
            if trial % 3 == 0 {
                bytes.removeSubrange(numbers.below(bytes.count)...)
            } else {
                for _ in 0..<1 + numbers.below(8) { bytes[numbers.below(bytes.count)] = UInt8(numbers.below(256)) }
            }
            do {
                let tokenizer = try tokenizer(bytes)
                for text in mixedTexts { _ = tokenizer.encode(text) }
            } catch let error as LanguageError {
                failed += 1
                #expect("\(error)".contains("spiece.model"))
            }
        }
        #expect(failed > 10)
    }

    private func message(_ bytes: [UInt8]) -> String {
        let text = errorMessage { try tokenizer(bytes) }
        #expect(text.isEmpty || text.contains("spiece.model"))
        return text
    }

    @Test func `What is wrong with pieces is named`() throws {
        func pieces(_ piece: [UInt8], _ score: Float = -1, _ kind: UInt64 = 1) -> String {
            var bytes = Message(bytes: file())
            add(piece: piece, score, kind, to: &bytes)
            return message(bytes.bytes)
        }
        #expect(pieces([0x61, 0xFF]).contains("piece 8 is not valid UTF-8"))
        #expect(pieces([]).contains("piece 8 is empty"))
        #expect(pieces(Array("▁a".utf8)).contains("pieces 4 and 8 are both '▁a'"))
        #expect(pieces([0x63], .nan).contains("'c'"))
        #expect(pieces([0x63], -1, 7).contains("type 7"))
        #expect(pieces([0x63], -1, 2).contains("2 of them"))
        #expect(pieces([UInt8](repeating: 0x61, count: 1025)).contains("1024"))
        #expect(message([]).contains("0 pieces"))
        #expect(message(file([("a", -1, 1)])).contains("unknown"))
    }

    @Test func `What is wrong with the format is named`() throws {
        let whole = file()
        #expect(message(whole + [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]).contains("4294967295 bytes long; 0 are left"))
        let longest = [UInt8](repeating: 0xFF, count: 9) + [0x01]
        #expect(message(whole + [0x0A] + longest).contains("bytes long"))
        #expect(message(whole + [0x08] + [UInt8](repeating: 0xFF, count: 10)).contains("64 bits"))
        #expect(message(whole + [0x02, 0x00]).contains("number of a field"))
        #expect(message(whole + [0x0B]).contains("type 3"))
        #expect(message(whole + [0x0D, 0, 0]).contains("ends within a number"))
        #expect(message(Array("{\"version\": \"1.0\"}".utf8)).contains("damaged at byte"))
    }

    @Test func `What is not read is refused by name`() throws {
        #expect(message(file(training: [(3, 3)])).contains("'model_type' is 3"))
        #expect(message(file(training: [(3, 9)])).contains("'model_type' is 9"))
        #expect(message(file(training: [(24, 1)])).contains("treat_whitespace_as_suffix"))
        #expect(message(file(normalization: [(5, 0)])).contains("escape_whitespaces"))
        #expect(message(file(map: [1, 2, 3])).contains("precompiled_charsmap"))
        let own = Self.pieces + [("own", -1, 4)]
        #expect(message(file(own, training: [(3, 2)])).contains("'own'"))
        #expect(message(file(own)).isEmpty)
    }

    @Test func `What a file can say takes neither time nor memory out of proportion`() throws {
        // A piece for each length of one letter: every pair of them merges.
        let letters = (1...1024).map { Piece(String(repeating: "a", count: $0), -Float($0), 1) }
        let text = String(repeating: "a", count: 1 << 14)
        let time = try ContinuousClock().measure {
            for kind in [1, 2] as [UInt64] {
                let tokenizer = try tokenizer(file(Self.pieces + letters, training: [(3, kind)]))
                #expect(tokenizer.encode(text).count > 0)
            }
        }
        #expect(time < .seconds(10), "\(time)")
    }
}
