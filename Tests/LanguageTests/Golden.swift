import Foundation
import Language
import Tensor
import _TestSupport

/// Reads a golden file made by `Scripts/references/language.py`.
func golden<T: Decodable>(_ name: String, as type: T.Type = T.self) throws -> T {
    try JSONDecoder().decode(type, from: Data(contentsOf: goldens().appendingPathComponent("\(name).json")))
}

/// A sparse matrix as it is written in golden files.
struct GoldenSparse: Decodable {
    let offsets: [Int]
    let columns: [Int32]
    let values: [Float]

    func matrix(columns count: Int) -> SparseMatrix {
        SparseMatrix(columns: count, rowOffsets: offsets, columnIndices: columns, values: values)
    }
}

/// Calls `body` with another number of threads.
func withThreads<R>(_ count: Int, _ body: () throws -> R) rethrows -> R {
    let before = Parallelism.threadCount
    Parallelism.threadCount = count
    defer { Parallelism.threadCount = before }
    return try body()
}

/// One text in each of many scripts, and a few that are hard.
let mixedTexts = [
    "Hiking in #snow!", "我们去北海道滑雪。", "日本語の単語を分割する", "ภาษาไทยง่ายนิดเดียว", "الكتابة بالعربية", "हिन्दी में लिखना",
    "한국어 단어", "I ❤️ 🏔️ 👩🏽‍🚀🇫🇷", "Ünïcödé naïve ＡＢＣ", "", "   \n\t", "...!?", "\u{0}\u{1}\u{7F}\u{200B}\u{FEFF}",
    "\u{301}\u{301}",
    "a@b.com @anna www.x.org", "𝕊𝕟𝕠𝕨 ﷺ ㈱", "🏴󠁧󠁢󠁥󠁮󠁧󠁿🇫", "don’t it's", "\r\n\r\n",
]
