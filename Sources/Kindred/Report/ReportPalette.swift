import Foundation

/// The colours of clusters, in a light and a dark form.
///
/// The first twenty are tuned: the first eight differ by at least 0.06 in OKLab, also for people without red or green
/// cones, and all stand out from the page by 3 : 1. Later ones turn the hue by the golden angle. On the map, names
/// stand beside colours, because no palette tells 60 groups apart by colour alone.
public enum ReportPalette {
    /// The background that a colour must stand out from.
    public enum Theme: Sendable, CaseIterable { case light, dark }

    /// The colour of rows that belong to no cluster; `#rrggbb`.
    public static func noise(_ theme: Theme) -> String { theme == .light ? "#85888f" : "#7d818c" }

    /// The colour of the cluster with this index; `#rrggbb`.
    ///
    /// - Precondition: `index >= 0`.
    public static func color(_ index: Int, _ theme: Theme) -> String {
        let tuned = theme == .light ? light : dark
        return index < tuned.count ? tuned[index] : generated(index - tuned.count, theme)
    }

    private static let light = [
        "#6069f0", "#f0590f", "#07a094", "#9f0670", "#4b31b9", "#a18d56", "#0d97d8", "#b9090a", "#229c00", "#6f0053",
        "#925c49", "#013294", "#cc747f", "#007c63", "#a572fd", "#4d5b00", "#770424", "#0a67b2", "#de5ac0", "#015468",
    ]
    private static let dark = [
        "#999dfe", "#ffa37c", "#3ae6d2", "#f860a8", "#6f70f6", "#f3d73c", "#7ad3ff", "#e65a20", "#7ac019", "#c260a0",
        "#c28869", "#4487d0", "#fdbcc1", "#10d898", "#b69ed0", "#6a9626", "#b47374", "#1795fc", "#fea7e8", "#58a1b0",
    ]

    /// Hues a golden angle apart, in three steps of lightness.
    private static func generated(_ index: Int, _ theme: Theme) -> String {
        let lightness = (theme == .light ? [0.50, 0.58, 0.42] : [0.76, 0.68, 0.84])[index % 3]
        let hue = (20 + Double(index) * 137.507_764).truncatingRemainder(dividingBy: 360) * .pi / 180
        var chroma = 0.15
        while chroma > 0 {
            if let color = hexadecimal(lightness: lightness, a: chroma * cos(hue), b: chroma * sin(hue)) {
                return color
            }
            chroma -= 0.01
        }
        return noise(theme)
    }

    /// OKLab to sRGB (Ottosson 2020); `nil` outside the gamut.
    private static func hexadecimal(lightness: Double, a: Double, b: Double) -> String? {
        let l = pow(lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b, 3)
        let m = pow(lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b, 3)
        let s = pow(lightness - 0.089_484_177_5 * a - 1.291_485_548 * b, 3)
        let linear = [
            4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
            -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
            -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s,
        ]
        guard linear.allSatisfy({ (-0.0005...1.0005).contains($0) }) else { return nil }
        return linear.reduce(into: "#") { text, value in
            let value = min(max(value, 0), 1)
            let encoded = value <= 0.003_130_8 ? 12.92 * value : 1.055 * pow(value, 1 / 2.4) - 0.055
            let byte = String(Int((255 * encoded).rounded()), radix: 16)
            text += byte.count == 1 ? "0" + byte : byte
        }
    }
}
