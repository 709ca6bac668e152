extension AlignedText {
    /// Cuts where the script changes; characters of no script belong to what comes before them.
    ///
    /// Those at the beginning belong to nothing and are dropped, as by the reference.
    mutating func splitByScripts() {
        let scripts = CharacterTables.scripts
        split { bytes, piece, result in
            var last: UInt16 = 0
            var start: Int?
            var position = piece.range.lowerBound
            while position < piece.range.upperBound {
                let (scalar, length) = bytes.scalar(at: position)
                let script = scripts[scalar.value]
                if script != 0, script != last {
                    if let start { result.append((start..<position, -1)) }
                    start = position
                    last = script
                }
                position += length
            }
            if let start { result.append((start..<piece.range.upperBound, -1)) }
        }
    }
}
