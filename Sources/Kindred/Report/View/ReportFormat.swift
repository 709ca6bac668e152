import Foundation

/// Numbers as the page shows them; the same in every locale.
package enum ReportFormat {
    /// 12345 → "12,345".
    package static func count(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var result = value < 0 ? "−" : ""
        for (offset, digit) in digits.enumerated() {
            if offset > 0, (digits.count - offset) % 3 == 0 { result += "," }
            result.append(digit)
        }
        return result
    }

    /// "1 row", "12,345 rows".
    package static func count(_ value: Int, _ noun: String) -> String {
        "\(count(value)) \(noun)\(value == 1 ? "" : "s")"
    }

    /// Fixed decimals with a real minus sign; "–" for what is not a number.
    package static func decimal(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite else { return "–" }
        let text = String(format: "%.\(digits)f", abs(value))
        return (value < 0 && text.contains { ("1"..."9").contains($0) } ? "−" : "") + text
    }

    /// 0.0634 → "6.3 %"; more than nothing is never shown as nothing.
    package static func percent(_ share: Double) -> String {
        guard share.isFinite else { return "–" }
        if share > 0, share < 0.0005 { return "< 0.1 %" }
        return share >= 0.9995 || share == 0 ? "\(Int((100 * share).rounded())) %" : decimal(100 * share, 1) + " %"
    }

    /// For CSS and SVG: "6.342".
    package static func style(_ value: Double) -> String {
        value.isFinite ? String(format: "%.3f", value) : "0"
    }

    /// Seconds as "340 ms", "4.2 s", "3 min 20 s", "2 h 05 min".
    package static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "–" }
        if seconds < 0.9995 { return "\(Int((seconds * 1000).rounded())) ms" }
        if seconds < 59.95 { return decimal(seconds, 1) + " s" }
        let whole = Int(seconds.rounded())
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h " + String(format: "%02d", whole / 60 % 60) + " min"
    }

    /// Bytes as "12 kB", "340 MB", "1.2 GB".
    package static func bytes(_ value: Int) -> String {
        let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
        var number = Double(value)
        var unit = 0
        while number >= 999.5, unit < units.count - 1 {
            number /= 1000
            unit += 1
        }
        return decimal(number, unit == 0 || number >= 9.95 ? 0 : 1) + " " + units[unit]
    }
}
