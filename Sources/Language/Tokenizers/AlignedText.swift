/// A text on its way to tokens: its normalized bytes, cut into pieces, with where each byte comes from.
///
/// This is the exact way, which every component can go: each step rewrites the pieces or cuts them further. A byte's
/// origin is the range of bytes in the original text whose place it has taken; a token's offsets reach from where its
/// first byte comes from to where its last one does.
struct AlignedText {
    struct Piece {
        /// Its bytes in the normalized text.
        var range: Range<Int>
        /// Where in the original text the piece was cut out.
        var origin: UInt32
        /// The added token that the piece is; −1 where the model is to be asked.
        var token: Int32 = -1
    }

    private(set) var bytes: [UInt8]
    /// For each byte where its origin starts, and where that ends.
    private(set) var starts: [UInt32]
    private(set) var ends: [UInt32]
    var pieces: [Piece]

    /// - Precondition: the text is shorter than 2³² bytes.
    init(_ text: UnsafeBufferPointer<UInt8>) {
        bytes = Array(text)
        starts = []
        ends = []
        starts.reserveCapacity(bytes.count)
        ends.reserveCapacity(bytes.count)
        var position = 0
        while position < text.count {
            let length = text.scalar(at: position).length
            for _ in 0..<length {
                starts.append(UInt32(position))
                ends.append(UInt32(position + length))
            }
            position += length
        }
        pieces = [Piece(range: 0..<bytes.count, origin: 0)]
    }

    func withBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R { bytes.withUnsafeBufferPointer(body) }

    /// The scalars of a piece.
    func scalars(of piece: Piece) -> [UInt32] {
        withBytes { bytes in
            var result: [UInt32] = []
            result.reserveCapacity(piece.range.count)
            var position = piece.range.lowerBound
            while position < piece.range.upperBound {
                let (scalar, length) = bytes.scalar(at: position)
                result.append(scalar.value)
                position += length
            }
            return result
        }
    }

    // MARK: Cutting

    /// Cuts each piece that is no token into what `cuts` says. Cuts that are empty are left out.
    ///
    /// - Parameter cuts: adds ranges within the piece, in order, each with its token or −1.
    mutating func split(_ cuts: (UnsafeBufferPointer<UInt8>, Piece, inout [(range: Range<Int>, token: Int32)]) -> Void)
    {
        var result: [Piece] = []
        result.reserveCapacity(pieces.count)
        var found: [(range: Range<Int>, token: Int32)] = []
        withBytes { bytes in
            for piece in pieces {
                if piece.token >= 0 {
                    result.append(piece)
                    continue
                }
                found.removeAll(keepingCapacity: true)
                cuts(bytes, piece, &found)
                for cut in found where !cut.range.isEmpty {
                    result.append(Piece(range: cut.range, origin: starts[cut.range.lowerBound], token: cut.token))
                }
            }
        }
        pieces = result
    }

    // MARK: Rewriting

    /// What a piece becomes: scalars, each with how it came about.
    struct Rewriting {
        /// Stands for no scalar: as many old ones as its change says are dropped.
        fileprivate static let nothing = UInt32.max

        /// A change says what a scalar stands for: 0 takes the place of the next old scalar; 1 is inserted and shares
        /// the origin of the last old scalar that was used or dropped; −k takes the place of the next old scalar and
        /// drops the k after it.
        fileprivate(set) var entries: [(scalar: UInt32, change: Int)] = []

        mutating func append(_ scalar: UInt32, _ change: Int = 0) { entries.append((scalar, change)) }

        /// Drops the next old scalar.
        mutating func drop(_ count: Int = 1) { entries.append((Self.nothing, count)) }

        /// Adds to the last entry's change, if there is one.
        mutating func changeLast(by difference: Int) {
            if !entries.isEmpty { entries[entries.count - 1].change += difference }
        }

        /// Marks the last `count` scalars as inserted.
        mutating func markInserted(last count: Int) {
            for index in entries.indices.suffix(count) { entries[index].change = 1 }
        }
    }

    /// Rewrites each piece that is no token.
    ///
    /// - Parameter body: fills in what the piece becomes; `false` leaves it as it is.
    mutating func rewrite(_ body: (Piece, [UInt32], inout Rewriting) -> Bool) {
        var result = Columns(capacity: bytes.count)
        var rewriting = Rewriting()
        var changed = false
        for index in pieces.indices {
            let piece = pieces[index]
            let start = result.bytes.count
            rewriting.entries.removeAll(keepingCapacity: true)
            if piece.token < 0, body(piece, scalars(of: piece), &rewriting) {
                apply(rewriting, to: piece, &result)
                changed = true
            } else {
                result.bytes += bytes[piece.range]
                result.starts += starts[piece.range]
                result.ends += ends[piece.range]
            }
            pieces[index].range = start..<result.bytes.count
        }
        guard changed || result.bytes.count != bytes.count else { return }
        (bytes, starts, ends) = (result.bytes, result.starts, result.ends)
    }

    /// Drops pieces that have become empty.
    mutating func dropEmptyPieces() { pieces.removeAll { $0.range.isEmpty } }

    private struct Columns {
        var (bytes, starts, ends): ([UInt8], [UInt32], [UInt32]) = ([], [], [])

        init(capacity: Int) {
            bytes.reserveCapacity(capacity)
            starts.reserveCapacity(capacity)
            ends.reserveCapacity(capacity)
        }

        mutating func append(_ scalar: UInt32, from start: UInt32, to end: UInt32) {
            let before = bytes.count
            bytes.append(utf8Of: scalar)
            for _ in before..<bytes.count {
                starts.append(start)
                ends.append(end)
            }
        }
    }

    /// The reference's rules, which decide what offsets look like where characters are dropped or inserted.
    private func apply(_ rewriting: Rewriting, to piece: Piece, _ result: inout Columns) {
        withBytes { bytes in
            let (first, end) = (piece.range.lowerBound, piece.range.upperBound)
            var position = first
            func skipScalar() {
                if position < end { position += bytes.scalar(at: position).length }
            }
            for (scalar, change) in rewriting.entries {
                if scalar == Rewriting.nothing {
                    for _ in 0..<change { skipScalar() }
                } else if change > 0 {
                    let before = position - 1
                    result.append(
                        scalar, from: position > first ? starts[before] : piece.origin,
                        to: position > first ? ends[before] : piece.origin)
                } else if position < end {
                    result.append(scalar, from: starts[position], to: ends[position])
                    for _ in 0...(-change) { skipScalar() }
                } else {
                    let last = end - 1
                    result.append(
                        scalar, from: last >= first ? starts[last] : piece.origin,
                        to: last >= first ? ends[last] : piece.origin)
                }
            }
        }
    }
}

extension [UInt8] {
    /// Appends a scalar in UTF-8.
    mutating func append(utf8Of scalar: UInt32) { UTF8Bytes.forEach(of: scalar) { append($0) } }
}
