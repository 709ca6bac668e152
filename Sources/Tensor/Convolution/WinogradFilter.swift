/// The matrices of Winograd's minimal filtering F(m, 3): m outputs of a filter of three taps by m + 2 multiplications.
///
/// The kernels' side (`filter4_input`, `filter4_output` and their like in `CKernels`) uses the same points.
///
/// - Reference: Lavin and Gray, "Fast algorithms for convolutional neural networks", CVPR 2016,
///   doi:10.1109/CVPR.2016.435. Points: Barabasz et al., "Error analysis and improving the accuracy of Winograd
///   convolution for deep neural networks", ACM TOMS 46(4), 2020, doi:10.1145/3412380.
enum WinogradFilter {
    /// The finite points; the last point is infinity. 5/8 and 3/2 rather than the usual 1 and 2: a quarter of the
    /// error.
    static func points(tile: Int) -> [Double] { tile == 4 ? [0, 0.625, -0.625, 1.5, -1.5] : [0, 1, -1] }

    /// What a filter's taps are multiplied with: `[m + 2 × 3]`.
    static func filterTransform(tile: Int) -> [[Double]] {
        let points = points(tile: tile)
        var rows = points.map { point in
            // Lagrange's denominators stand on this side, where they cost nothing at run time.
            let denominator = points.filter { $0 != point }.reduce(1) { $0 * (point - $1) }
            return [1 / denominator, point / denominator, point * point / denominator]
        }
        // F(2, 3) is usually written with the opposite sign of its first input and of its last; so it is in the
        // kernels.
        if tile == 2 { rows[0] = rows[0].map { -$0 } }
        rows.append([0, 0, 1])
        return rows
    }
}
