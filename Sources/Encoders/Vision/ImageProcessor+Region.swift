import Imaging

extension ImageProcessor {
    /// The part of a picture that the model sees, in the picture's pixels.
    func region(of image: Image) -> HeatMap.Region {
        let (resizedWidth, resizedHeight) =
            switch resizing {
            case .none: (image.width, image.height)
            case .exact(let width, let height): (width, height)
            case .shortestSide(let side): image.size(shortestSide: side)
            }
        // As ``finish(_:)`` cuts off, or puts black around.
        func start(_ length: Int, _ kept: Int) -> Double {
            Double(length >= kept ? (length - kept) / 2 : -((kept - length + 1) / 2))
        }
        let (across, down) = (
            Double(image.width) / Double(resizedWidth), Double(image.height) / Double(resizedHeight)
        )
        return HeatMap.Region(
            x: start(resizedWidth, width) * across, y: start(resizedHeight, height) * down,
            width: Double(width) * across, height: Double(height) * down)
    }
}
