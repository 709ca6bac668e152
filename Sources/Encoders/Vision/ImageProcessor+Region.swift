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
        let (across, down) = (
            Double(image.width) / Double(resizedWidth), Double(image.height) / Double(resizedHeight)
        )
        return HeatMap.Region(
            x: Double(start(resizedWidth, width)) * across, y: Double(start(resizedHeight, height)) * down,
            width: Double(width) * across, height: Double(height) * down)
    }
}
