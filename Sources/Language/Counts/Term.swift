/// A term as a dictionary key: two terms are equal when their UTF-8 bytes are.
///
/// Swift's own `String` equality takes canonically equivalent spellings for the same, which would merge entries of a
/// vocabulary that differ byte by byte. Terms are ordered by their bytes, which is the order of their scalars.
package struct Term: Hashable, Comparable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package static func == (left: Term, right: Term) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    package static func < (left: Term, right: Term) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        let hashed: Void? = text.utf8.withContiguousStorageIfAvailable {
            hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        if hashed == nil { for byte in text.utf8 { hasher.combine(byte) } }
        hasher.combine(0xFF as UInt8)
    }
}
