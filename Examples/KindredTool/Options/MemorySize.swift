import ArgumentParser

/// A number of bytes, as people write it: `2GB`, `512MB`, `1.5GiB`, `800000000`.
///
/// `KB`, `MB`, `GB` and `TB` (or `K`, `M`, `G`, `T`) count in thousands, `KiB`, `MiB`, `GiB` and `TiB` in 1024s.
struct MemorySize: ExpressibleByArgument, CustomStringConvertible {
    let bytes: Int

    init(bytes: Int) { self.bytes = bytes }

    init?(argument: String) {
        let text = argument.lowercased().filter { $0 != " " }
        let digits = text.prefix { $0.isNumber || $0 == "." }
        guard let value = Double(digits), let factor = Self.factors[String(text.dropFirst(digits.count))] else {
            return nil
        }
        let bytes = value * factor
        guard bytes >= 1, bytes < Double(Int.max) else { return nil }
        self.bytes = Int(bytes)
    }

    /// The size in the largest unit of which there is one, with three digits.
    var description: String {
        let units = ["bytes", "KB", "MB", "GB", "TB"]
        var (value, unit) = (Double(bytes), 0)
        while value >= 999.5, unit < units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
        if unit == 0 { return "\(bytes) bytes" }
        let scale: Double = value < 9.995 ? 100 : value < 99.95 ? 10 : 1
        let rounded = (value * scale).rounded() / scale
        return (rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)") + " " + units[unit]
    }

    private static let factors: [String: Double] = [
        "": 1, "b": 1, "k": 1e3, "kb": 1e3, "m": 1e6, "mb": 1e6, "g": 1e9, "gb": 1e9, "t": 1e12, "tb": 1e12,
        "kib": 0x1p10, "mib": 0x1p20, "gib": 0x1p30, "tib": 0x1p40,
    ]
}
