/// Turns each row of `vectors` so that its entry of greatest magnitude (the first of equals) is positive, and with it
/// the same row of `partners`; partners without a vector are turned by themselves.
func fixSigns(of vectors: inout Matrix, with partners: inout Matrix) {
    let signs = vectors.peakSigns() + partners.rows(in: min(vectors.rows, partners.rows)..<partners.rows).peakSigns()
    vectors.multiplyRows(by: signs)
    partners.multiplyRows(by: signs)
}

extension Matrix {
    /// The sign of each row's entry of greatest magnitude.
    fileprivate func peakSigns() -> [Float] {
        mapRows { row in
            var peak = 0
            for j in 0..<columns where abs(row[j]) > abs(row[peak]) { peak = j }
            return columns > 0 && row[peak] < 0 ? -1 : 1
        }
    }

    fileprivate mutating func multiplyRows(by signs: [Float]) {
        let columns = columns
        let turned = (0..<rows).filter { signs[$0] < 0 }
        withUnsafeMutableBufferPointer { elements in
            for row in turned {
                for index in row * columns..<(row + 1) * columns { elements[index] = -elements[index] }
            }
        }
    }

    /// Turns each row so that its entry of greatest magnitude (the first of equals) is positive.
    mutating func fixRowSigns() {
        let signs = peakSigns()
        multiplyRows(by: signs)
    }
}
