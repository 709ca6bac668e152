import Tensor

/// A part of a tokenizer's file that says what it is: takes its values out, or says what is wrong with them.
struct ComponentReader {
    /// The file.
    let path: String
    /// What messages call the part: `normalizer`, `post_processor`.
    let role: String
    let value: JSONValue

    func problem(_ reason: String) -> LanguageError {
        .format(path: path, reason: kind.map { "\(role) \(quoted($0)): \(reason)" } ?? "\(role): \(reason)")
    }

    /// What the part says that it is.
    var kind: String? { if case .string(let kind)? = value["type"] { kind } else { nil } }

    /// An error that names the kind, which is none of `known`.
    func unknownKind(known: [String]) -> LanguageError {
        let known = known.joined(separator: ", ")
        guard let kind else { return .format(path: path, reason: "\(role): 'type' is missing; known are \(known)") }
        return .format(path: path, reason: "\(role) \(quoted(kind)) is not known; known are \(known)")
    }

    func boolean(_ key: String, default standard: Bool? = nil) throws(LanguageError) -> Bool {
        switch value[key] {
        case .boolean(let boolean)?: return boolean
        case nil, .null?: if let standard { return standard }
        default: break
        }
        throw problem("\(quoted(key)) must be true or false")
    }

    func integer(_ key: String, default standard: Int? = nil) throws(LanguageError) -> Int {
        switch value[key] {
        case .integer(let integer)? where integer >= 0: return integer
        case nil, .null?: if let standard { return standard }
        default: break
        }
        throw problem("\(quoted(key)) must be a number from 0 on")
    }

    /// A token's id.
    func id(_ key: String, default standard: Int32? = nil) throws(LanguageError) -> Int32 {
        guard let id = Int32(exactly: try integer(key, default: standard.map { Int($0) })) else {
            throw problem("\(quoted(key)) must be less than 2³¹")
        }
        return id
    }

    func string(_ key: String, default standard: String? = nil) throws(LanguageError) -> String {
        switch value[key] {
        case .string(let text)?: return text
        case nil, .null?: if let standard { return standard }
        default: break
        }
        throw problem("\(quoted(key)) must be a text")
    }

    func scalars(_ key: String) throws(LanguageError) -> [UInt32] { try string(key).unicodeScalars.map(\.value) }

    /// A single character.
    func scalar(_ key: String) throws(LanguageError) -> UInt32 {
        let scalars = try scalars(key)
        guard scalars.count == 1, let scalar = scalars.first else {
            throw problem("\(quoted(key)) must be one character")
        }
        return scalar
    }

    /// One of a few names.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String, default standard: Choice? = nil
    ) throws(LanguageError) -> Choice {
        if let text = try? string(key, default: standard?.rawValue), let choice = Choice(rawValue: text) {
            return choice
        }
        throw problem("\(quoted(key)) must be one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    }

    func array(_ key: String) throws(LanguageError) -> [JSONValue] {
        guard case .array(let values)? = value[key] else { throw problem("\(quoted(key)) must be a list") }
        return values
    }

    /// The steps of a part, which may be a sequence of parts, in order.
    ///
    /// - Parameter member: the key under which a sequence has its parts.
    func steps(in member: String) throws(LanguageError) -> [ComponentReader] {
        var result: [ComponentReader] = []
        var pending = [self]
        while let next = pending.popLast() {
            if next.value == .null { continue }
            guard next.kind == "Sequence" else {
                result.append(next)
                continue
            }
            for value in try next.array(member).reversed() {
                pending.append(ComponentReader(path: path, role: role, value: value))
            }
        }
        return result
    }
}
