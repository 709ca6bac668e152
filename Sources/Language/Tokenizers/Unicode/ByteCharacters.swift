/// The visible character that stands for each byte in byte-level vocabularies.
///
/// Bytes that are printable in Latin-1 stand for themselves; the others take U+0100 and following, in order: the space
/// is `Ġ`.
///
/// - Reference: Radford et al. (2019), Language Models are Unsupervised Multitask Learners, section 2.2.
enum ByteCharacters {
    static let space = character(of: 0x20)

    static func character(of byte: UInt8) -> UInt32 {
        switch byte {
        case 0x00...0x20: 0x100 + UInt32(byte)
        case 0x7F...0xA0: 0x121 + UInt32(byte) - 0x7F
        case 0xAD: 0x143
        default: UInt32(byte)
        }
    }

    /// The byte that a character stands for.
    static func byte(of character: UInt32) -> UInt8? {
        switch character {
        case 0x100...0x120: UInt8(character - 0x100)
        case 0x121...0x142: UInt8(character - 0x121 + 0x7F)
        case 0x143: 0xAD
        case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: UInt8(character)
        default: nil
        }
    }
}
