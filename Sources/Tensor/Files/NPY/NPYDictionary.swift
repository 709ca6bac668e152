/// The Python dictionary in the header of a `.npy` file, read by a parser that knows exactly these three keys:
/// `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
struct NPYDictionary {
    struct Problem: Error {
        /// Where in the dictionary's text.
        var offset: Int
        var reason: String
    }

    var typeCode = ""
    var isFortranOrder = false
    var shape: [Int] = []

    init(_ text: [UInt8]) throws(Problem) {
        var scanner = Scanner(text: text)
        var seen: [String] = []
        try scanner.expect("{")
        while !scanner.accept("}") {
            let key = try scanner.string()
            if seen.contains(key) { throw scanner.problem("the key '\(key)' appears twice") }
            seen.append(key)
            try scanner.expect(":")
            switch key {
            case "descr": typeCode = try scanner.typeCode()
            case "fortran_order": isFortranOrder = try scanner.boolean()
            case "shape": shape = try scanner.tuple()
            default: throw scanner.problem("the key '\(key)' does not belong there")
            }
            if scanner.accept(",") { continue }
            try scanner.expect("}")
            break
        }
        try scanner.expectEnd()
        for key in ["descr", "fortran_order", "shape"] where !seen.contains(key) {
            throw scanner.problem("the key '\(key)' is missing")
        }
    }
}

/// Reads the few Python literals that occur, byte by byte.
private struct Scanner {
    let text: [UInt8]
    var position = 0

    init(text: [UInt8]) { self.text = text }

    func problem(_ reason: String) -> NPYDictionary.Problem { .init(offset: position, reason: reason) }

    mutating func skipSpaces() {
        while position < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[position]) { position += 1 }
    }

    mutating func accept(_ wanted: Unicode.Scalar) -> Bool {
        skipSpaces()
        guard position < text.count, text[position] == UInt8(ascii: wanted) else { return false }
        position += 1
        return true
    }

    mutating func expect(_ wanted: Unicode.Scalar) throws(NPYDictionary.Problem) {
        if !accept(wanted) { throw problem("'\(wanted)' expected") }
    }

    mutating func expectEnd() throws(NPYDictionary.Problem) {
        skipSpaces()
        if position < text.count { throw problem("nothing may follow the dictionary") }
    }

    /// A string of printable ASCII without escapes, in either kind of quotes.
    mutating func string() throws(NPYDictionary.Problem) -> String {
        skipSpaces()
        guard position < text.count, text[position] == UInt8(ascii: "'") || text[position] == UInt8(ascii: "\"") else {
            throw problem("a string expected")
        }
        let quote = text[position]
        position += 1
        var result = ""
        while position < text.count, text[position] != quote {
            let byte = text[position]
            guard (0x20..<0x7F).contains(byte), byte != UInt8(ascii: "\\"), result.utf8.count < 64 else {
                throw problem("a short plain string expected")
            }
            result.unicodeScalars.append(Unicode.Scalar(byte))
            position += 1
        }
        guard position < text.count else { throw problem("the string does not end") }
        position += 1
        return result
    }

    mutating func typeCode() throws(NPYDictionary.Problem) -> String {
        if accept("[") { throw problem("records of several fields are not read; save one field as a plain array") }
        return try string()
    }

    mutating func boolean() throws(NPYDictionary.Problem) -> Bool {
        skipSpaces()
        for (word, value) in [("True", true), ("False", false)] where text[position...].starts(with: word.utf8) {
            position += word.utf8.count
            return value
        }
        throw problem("True or False expected")
    }

    mutating func tuple() throws(NPYDictionary.Problem) -> [Int] {
        try expect("(")
        var result: [Int] = []
        while !accept(")") {
            guard result.count < NPYHeader.mostDimensions else {
                throw problem("an array has at most \(NPYHeader.mostDimensions) dimensions")
            }
            result.append(try number())
            if accept(",") { continue }
            // Python needs the comma to tell `(5,)` from `(5)`; so do we.
            guard result.count > 1 else { throw problem("',' expected") }
            try expect(")")
            break
        }
        return result
    }

    mutating func number() throws(NPYDictionary.Problem) -> Int {
        skipSpaces()
        let start = position
        var result = 0
        while position < text.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[position]) {
            let digit = Int(text[position] - UInt8(ascii: "0"))
            let (product, productOverflow) = result.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflow) = product.addingReportingOverflow(digit)
            if productOverflow || sumOverflow { throw problem("the dimension is too large") }
            result = sum
            position += 1
        }
        if position == start { throw problem("a dimension, 0 or more, expected") }
        // Python 2 wrote `3L`.
        if position < text.count, text[position] == UInt8(ascii: "L") { position += 1 }
        return result
    }
}
