/// A share as people read it: `97.3 %`.
struct Percentage: CustomStringConvertible {
    let share: Double

    init(_ share: Double) { self.share = share }

    var description: String { "\((share * 1000).rounded() / 10) %" }
}
