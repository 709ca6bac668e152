/// How encodings are brought to one length.
public struct TokenPadding: Sendable, Hashable {
    /// The length of the longest encoding, or at least this one.
    public var fixedLength: Int?
    /// Whether padding comes before the tokens instead of after them.
    public var padsBeginning: Bool
    /// Lengths are rounded up to a multiple of this.
    public var multiple: Int?
    /// What padding consists of.
    public var id: Int32
    /// The type of padding.
    public var typeID: Int32

    /// Padding of the given kind: to the longest encoding where `fixedLength` is `nil`.
    public init(
        fixedLength: Int? = nil, padsBeginning: Bool = false, multiple: Int? = nil, id: Int32 = 0, typeID: Int32 = 0
    ) {
        self.fixedLength = fixedLength
        self.padsBeginning = padsBeginning
        self.multiple = multiple
        self.id = id
        self.typeID = typeID
    }

    /// Pads all encodings to one length; one that is longer stays as it is.
    ///
    /// - Complexity: O(encodings × length).
    public func pad(_ encodings: inout [Encoding]) {
        var length = max(0, fixedLength ?? encodings.map(\.count).max() ?? 0)
        if let multiple, multiple > 0, length % multiple > 0 { length += multiple - length % multiple }
        for index in encodings.indices { pad(&encodings[index], to: length) }
    }

    private func pad(_ encoding: inout Encoding, to length: Int) {
        let count = length - encoding.count
        guard count > 0 else { return }
        func pad<T>(_ column: inout [T], _ value: T) {
            column.insert(contentsOf: repeatElement(value, count: count), at: padsBeginning ? 0 : column.count)
        }
        pad(&encoding.ids, id)
        pad(&encoding.typeIDs, typeID)
        pad(&encoding.offsets, 0..<0)
        pad(&encoding.specialTokensMask, true)
        pad(&encoding.attentionMask, false)
    }
}
