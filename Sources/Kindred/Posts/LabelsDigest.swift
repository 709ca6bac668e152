import Clustering

/// A short fingerprint of which row is in which cluster: 16 hexadecimal digits.
///
/// It is FNV-1a, 64 bits, over the rows in the byte order of their ids, so that it does not depend on the order of the
/// rows: for each row the UTF-8 bytes of its id, a zero byte, and its label as four bytes, lowest first, noise as −1.
///
/// - Precondition: there are as many ids as labels.
/// - Complexity: O(n log n).
/// - Reference: G. Fowler, L. C. Noll, K.-P. Vo and D. Eastlake, "The FNV Non-Cryptographic Hash Algorithm".
public func labelsDigest(ids: [String], labels: ClusterLabels) -> String {
    labelsDigest(ids: ids, labels: labels.values)
}

/// As ``labelsDigest(ids:labels:)`` for labels as numbers.
public func labelsDigest(ids: [String], labels: [Int32]) -> String {
    precondition(ids.count == labels.count, "\(ids.count) ids for \(labels.count) labels")
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    for row in CanonicalOrder.rows(by: ids) {
        for byte in ids[row].utf8 { add(byte) }
        add(0)
        let bits = UInt32(bitPattern: labels[row])
        for shift in stride(from: 0 as UInt32, to: 32, by: 8) { add(UInt8(truncatingIfNeeded: bits >> shift)) }
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}
