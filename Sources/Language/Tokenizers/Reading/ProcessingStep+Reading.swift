import Tensor

extension ProcessingStep {
    private static let known = ["BertProcessing", "ByteLevel", "RobertaProcessing", "Sequence", "TemplateProcessing"]

    init(_ reader: ComponentReader) throws(LanguageError) {
        switch reader.kind {
        case "BertProcessing": self = .bert(first: try reader.tokenID("cls"), separator: try reader.tokenID("sep"))
        case "RobertaProcessing":
            self = .roberta(
                first: try reader.tokenID("cls"), separator: try reader.tokenID("sep"),
                trimsOffsets: try reader.boolean("trim_offsets"), keepsPrefix: try reader.boolean("add_prefix_space"))
        case "ByteLevel":
            self = .byteLevel(
                trimsOffsets: try reader.boolean("trim_offsets"), keepsPrefix: try reader.boolean("add_prefix_space"))
        case "TemplateProcessing":
            let single = try reader.template("single")
            let pair = try reader.template("pair")
            guard !single.contains(where: \.isSecondText) else {
                throw reader.problem("'single' must not use the second text")
            }
            self = .template(single: single, pair: pair)
        default: throw reader.unknownKind(known: Self.known)
        }
    }

    /// The steps of a post-processor.
    static func steps(_ reader: ComponentReader) throws(LanguageError) -> [ProcessingStep] {
        var result: [ProcessingStep] = []
        for step in try reader.steps(in: "processors") {
            // After a template there are more runs of tokens than texts, which another template could not name.
            if case .template? = result.last(where: { if case .byteLevel = $0 { false } else { true } }),
                step.kind == "TemplateProcessing"
            {
                throw step.problem("one template may not follow another")
            }
            result.append(try ProcessingStep(step))
        }
        return result
    }
}

extension ProcessingStep.Part {
    fileprivate var isSecondText: Bool { if case .text(true, _) = self { true } else { false } }
}

extension ComponentReader {
    /// The id in a pair of a token and its id.
    fileprivate func tokenID(_ key: String) throws(LanguageError) -> Int32 {
        let values = try array(key)
        guard values.count == 2, case .integer(let number) = values[1], let id = Int32(exactly: number), id >= 0 else {
            throw problem("\(quoted(key)) must be a token and its id")
        }
        return id
    }

    fileprivate func template(_ key: String) throws(LanguageError) -> [ProcessingStep.Part] {
        var result: [ProcessingStep.Part] = []
        for value in try array(key) {
            let part = ComponentReader(path: path, role: "post_processor, \(key)", value: value)
            if let text = value["Sequence"] {
                let reader = ComponentReader(path: path, role: part.role, value: text)
                let name = try reader.string("id")
                guard name == "A" || name == "B" else { throw reader.problem("'id' must be A or B") }
                let new = ProcessingStep.Part.text(second: name == "B", typeID: try reader.id("type_id"))
                // Twice the same text would let a file make encodings of any length.
                guard !result.contains(where: { $0.isSecondText == new.isSecondText && $0.isText }) else {
                    throw reader.problem("the text \(name) occurs twice")
                }
                result.append(new)
            } else if let special = value["SpecialToken"] {
                let reader = ComponentReader(path: path, role: part.role, value: special)
                result.append(.special(try specialIDs(of: try reader.string("id")), typeID: try reader.id("type_id")))
            } else {
                throw part.problem("a Sequence or a SpecialToken is expected")
            }
        }
        return result
    }

    private func specialIDs(of name: String) throws(LanguageError) -> [Int32] {
        guard case .array(let values)? = value["special_tokens"]?[name]?["ids"] else {
            throw problem("the special token \(quoted(name)) has no 'ids' in 'special_tokens'")
        }
        var ids: [Int32] = []
        for value in values {
            guard case .integer(let number) = value, let id = Int32(exactly: number), id >= 0 else {
                throw problem("the ids of the special token \(quoted(name)) must be numbers from 0 on")
            }
            ids.append(id)
        }
        return ids
    }
}

extension ProcessingStep.Part {
    fileprivate var isText: Bool { if case .text = self { true } else { false } }
}
