extension Variable {
    /// Two-dimensional convolution of pictures, channels last, as by ``Convolution2D``:
    /// `[n × h × w × inputs]` gives `[n × h′ × w′ × outputs]`.
    ///
    /// - Parameters:
    ///   - weight: `[outputs × inputs / groups × height × width]`
    ///   - bias: `[outputs]`
    ///   - stride: pixels from one window to the next.
    ///   - padding: zeros put around each picture.
    ///   - dilation: pixels from one tap of a window to the next.
    ///   - groups: channels are cut into so many groups, each of which is convolved alone.
    /// - Precondition: the shapes agree, and at least one window fits.
    /// - Complexity: O(n · h′ · w′ · outputs · inputs / groups · height · width) time.
    public func convolved(
        with weight: Variable, bias: Variable? = nil, stride: Extent2D = 1, padding: Padding2D = 0,
        dilation: Extent2D = 1, groups: Int = 1
    ) -> Variable {
        let layer: Convolution2D
        let result: NDArray
        do throws(TensorError) {
            layer = try Convolution2D(
                weights: weight.value, bias: bias?.value, stride: stride, padding: padding, dilation: dilation,
                groups: groups, method: .direct)
            result = try layer.apply(to: value)
        } catch {
            preconditionFailure("\(error)")
        }
        let problem = ConvolutionGradients(images: value, weight: weight.value, groups: groups, grid: layer.grid)
        return .record(result, from: [self, weight] + [bias].compactMap { $0 }) { upstream, gradients in
            gradients.add(problem.forWeight(upstream), to: weight)
            gradients.add(problem.forImages(upstream), to: self)
            if let bias { gradients.add(upstream, to: bias) }
        }
    }

    /// The largest element of each channel in each window: `[n × h × w × channels]` gives `[n × h′ × w′ × channels]`.
    ///
    /// - Parameters:
    ///   - window: height and width of the windows.
    ///   - stride: pixels from one window to the next; by default windows lie side by side.
    ///   - padding: pixels around each picture, which are never the largest; less than the window.
    public func maximumPooled(window: Extent2D, stride: Extent2D? = nil, padding: Padding2D = 0) -> Variable {
        let windows = poolingWindows(window: window, stride: stride, padding: padding)
        let (result, pixels) = windows.maxima(of: value)
        return recording(result) { upstream, gradients in
            let channels = windows.channels
            gradients.add(
                windows.mappingPictures(of: upstream, to: shape) { picture, from, to in
                    to.update(repeating: 0, count: windows.input.area * channels)
                    let size = windows.windows * channels
                    for place in 0..<size {
                        to[Int(pixels[picture * size + place]) * channels + place % channels] += from[place]
                    }
                }, to: self)
        }
    }

    /// The mean of each channel in each window: `[n × h × w × channels]` gives `[n × h′ × w′ × channels]`.
    ///
    /// - Parameters:
    ///   - window: height and width of the windows.
    ///   - stride: pixels from one window to the next; by default windows lie side by side.
    ///   - padding: zeros around each picture, which count; less than the window.
    public func meanPooled(window: Extent2D, stride: Extent2D? = nil, padding: Padding2D = 0) -> Variable {
        let windows = poolingWindows(window: window, stride: stride, padding: padding)
        let (channels, scale) = (windows.channels, 1 / Float(windows.taps))
        let target = [windows.pictures, windows.output.height, windows.output.width, channels]
        let result = windows.mappingPictures(of: value, to: target) { _, from, to in
            to.update(repeating: 0, count: windows.windows * channels)
            windows.forEachTap { window, _, pixel in
                for channel in 0..<channels { to[window * channels + channel] += from[pixel * channels + channel] }
            }
            for place in 0..<windows.windows * channels { to[place] *= scale }
        }
        return recording(result) { upstream, gradients in
            upstream *= scale
            gradients.add(
                windows.mappingPictures(of: upstream, to: shape) { _, from, to in
                    to.update(repeating: 0, count: windows.input.area * channels)
                    windows.forEachTap { window, _, pixel in
                        for channel in 0..<channels {
                            to[pixel * channels + channel] += from[window * channels + channel]
                        }
                    }
                }, to: self)
        }
    }

    private func poolingWindows(window: Extent2D, stride: Extent2D?, padding: Padding2D) -> PictureWindows {
        precondition(
            max(padding.top, padding.bottom) < window.height && max(padding.left, padding.right) < window.width,
            "a padding of \(padding) for windows of \(window)")
        return PictureWindows(
            WindowGrid(window: window, stride: stride ?? window, padding: padding), shape: shape)
    }
}

extension PictureWindows {
    /// An array of shape `target` whose pictures are made one from each picture of another, in parallel.
    func mappingPictures(
        of array: NDArray, to target: [Int],
        _ body: (_ picture: Int, _ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>) -> Void
    ) -> NDArray {
        let (from, to) = (array.count / max(1, pictures), NDArray.elementCount(of: Array(target.dropFirst())))
        return array.withUnsafeBufferPointer { source in
            NDArray(shape: target) { buffer in
                guard let start = source.baseAddress, let end = buffer.baseAddress else { return }
                parallelFor(pictures) { picture in body(picture, start + picture * from, end + picture * to) }
            }
        }
    }

    /// The largest element of each channel in each window, the first of equals, and the pixel that has it. NaN is larger
    /// than any number.
    func maxima(of images: NDArray) -> (values: NDArray, pixels: [Int32]) {
        let target = [pictures, output.height, output.width, channels]
        var pixels = [Int32](repeating: -1, count: NDArray.elementCount(of: target))
        let values = pixels.withUnsafeMutableBufferPointer { pixels in
            nonisolated(unsafe) let pixels = pixels
            return mappingPictures(of: images, to: target) { picture, from, to in
                forEachTap { window, _, pixel in
                    for channel in 0..<channels {
                        let place = window * channels + channel
                        let (best, candidate) = (to[place], from[pixel * channels + channel])
                        let found = picture * windows * channels + place
                        guard pixels[found] < 0 || candidate > best || (candidate.isNaN && !best.isNaN) else {
                            continue
                        }
                        pixels[found] = Int32(pixel)
                        to[place] = candidate
                    }
                }
            }
        }
        return (values, pixels)
    }
}
