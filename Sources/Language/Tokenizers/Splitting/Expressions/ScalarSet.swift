/// A set of Unicode scalars, as regular expressions name them.
struct ScalarSet: Sendable, Hashable {
    /// Ranges of scalars.
    var ranges: [ClosedRange<UInt32>] = []
    /// Scalars with any of these flags, and scalars that lack one of them.
    var flags: [UInt16] = []
    var missingFlags: [UInt16] = []
    var isNegated = false

    static func scalar(_ scalar: UInt32) -> ScalarSet { ScalarSet(ranges: [scalar...scalar]) }

    func contains(_ scalar: UInt32, _ tables: CharacterTables) -> Bool {
        let own = tables.flags(of: scalar).rawValue
        let isIn =
            ranges.contains { $0.contains(scalar) } || flags.contains { own & $0 != 0 }
            || missingFlags.contains { own & $0 == 0 }
        return isIn != isNegated
    }

    /// Adds the letters that differ from those in the set in case only, for single letters of ASCII.
    mutating func ignoreCase() {
        for range in ranges where range.count == 1 {
            let scalar = range.lowerBound
            guard scalar < 0x80, UInt8(scalar).isASCIILetter else { continue }
            ranges += [scalar ^ 0x20...scalar ^ 0x20]
            // The long s, and the sign for kelvin.
            if scalar | 0x20 == 0x73 { ranges.append(0x17F...0x17F) }
            if scalar | 0x20 == 0x6B { ranges.append(0x212A...0x212A) }
        }
    }
}
