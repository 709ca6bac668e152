import Foundation
import Kindred
import Testing

@Suite struct ReportPaletteTests {
    static let backgrounds: [(ReportPalette.Theme, [String])] = [
        (.light, ["#ffffff", "#fafaf8"]), (.dark, ["#16181d", "#0e0f12"]),
    ]

    @Test(arguments: backgrounds) func `Every colour stands out from the page by 3 : 1`(
        theme: ReportPalette.Theme, backgrounds: [String]
    ) {
        for index in 0..<200 {
            let color = ReportPalette.color(index, theme)
            #expect(color.wholeMatch(of: /#[0-9a-f]{6}/) != nil)
            for background in backgrounds {
                #expect(contrast(color, background) >= 3, "colour \(index) is \(color) on \(background)")
            }
        }
        for background in backgrounds { #expect(contrast(ReportPalette.noise(theme), background) >= 3) }
    }

    @Test(arguments: ReportPalette.Theme.allCases) func `The first sixty colours differ`(theme: ReportPalette.Theme) {
        #expect(Set((0..<60).map { ReportPalette.color($0, theme) }).count == 60)
    }

    /// Viénot-style dichromat matrices (Machado et al. 2009, severity 1), on linear light.
    @Test(arguments: ReportPalette.Theme.allCases) func `The first eight stay apart without red or green cones`(
        theme: ReportPalette.Theme
    ) {
        let deuteranopia = [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881]
        let protanopia = [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998]
        for matrix in [[1, 0, 0, 0, 1, 0, 0, 0, 1], deuteranopia, protanopia] {
            let colors = (0..<8).map { okLab(apply(matrix, linear(ReportPalette.color($0, theme)))) }
            for i in colors.indices {
                for j in 0..<i {
                    let distance = zip(colors[i], colors[j]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                        .squareRoot()
                    #expect(distance >= 0.06, "colours \(j) and \(i) are \(distance) apart")
                }
            }
        }
    }

    /// The text colours of the style sheet against the grounds on which they stand.
    @Test(arguments: [
        ("#1a1b1f", "#fafaf8"), ("#5c606a", "#fafaf8"), ("#5c606a", "#f1f1ee"), ("#4353d6", "#ffffff"),
        ("#4353d6", "#eceefc"), ("#b23c05", "#fdeee4"), ("#ececef", "#0e0f12"), ("#a3a7b2", "#16181d"),
        ("#a3a7b2", "#1e2127"), ("#a3adff", "#16181d"), ("#a3adff", "#23284a"), ("#ffab78", "#3b2415"),
    ])
    func `Text is readable`(ink: String, ground: String) throws {
        #expect(contrast(ink, ground) >= 4.5)
        let html = try ReportRenderer().render(sampleReport())
        #expect(html.contains(ink) && html.contains(ground))
    }

    private func linear(_ color: String) -> [Double] {
        (0..<3).map { channel in
            let start = color.index(color.startIndex, offsetBy: 1 + 2 * channel)
            let value = Double(UInt8(color[start..<color.index(start, offsetBy: 2)], radix: 16) ?? 0) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
    }

    private func contrast(_ a: String, _ b: String) -> Double {
        let luminance = [a, b].map { color in
            zip(linear(color), [0.2126, 0.7152, 0.0722]).reduce(0) { $0 + $1.0 * $1.1 }
        }
        return (luminance.max()! + 0.05) / (luminance.min()! + 0.05)
    }

    private func apply(_ matrix: [Double], _ color: [Double]) -> [Double] {
        (0..<3).map { row in min(max((0..<3).reduce(0) { $0 + matrix[3 * row + $1] * color[$1] }, 0), 1) }
    }

    private func okLab(_ c: [Double]) -> [Double] {
        let l = cbrt(0.4122214708 * c[0] + 0.5363325363 * c[1] + 0.0514459929 * c[2])
        let m = cbrt(0.2119034982 * c[0] + 0.6806995451 * c[1] + 0.1073969566 * c[2])
        let s = cbrt(0.0883024619 * c[0] + 0.2817188376 * c[1] + 0.6299787005 * c[2])
        return [
            0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
        ]
    }
}
