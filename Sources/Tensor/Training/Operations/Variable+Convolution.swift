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
        let (result, windows): (NDArray, WindowProblem)
        do throws(TensorError) {
            layer = try Convolution2D(
                weights: weight.value, bias: bias?.value, stride: stride, padding: padding, dilation: dilation,
                groups: groups, method: .direct)
            (result, windows) = (try layer.apply(to: value), try layer.problem(shape))
        } catch {
            preconditionFailure("\(error)")
        }
        let problem = ConvolutionGradients(images: value, weight: weight.value, groups: groups, windows: windows)
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
        let (result, windows) = pooled(.maximum, window, stride, padding)
        return recording(result) { upstream, gradients in
            gradients.add(windows.pullBackMaxima(upstream, maxima: result, of: value), to: self)
        }
    }

    /// The mean of each channel in each window: `[n × h × w × channels]` gives `[n × h′ × w′ × channels]`.
    ///
    /// - Parameters:
    ///   - window: height and width of the windows.
    ///   - stride: pixels from one window to the next; by default windows lie side by side.
    ///   - padding: zeros around each picture, which count; less than the window.
    public func meanPooled(window: Extent2D, stride: Extent2D? = nil, padding: Padding2D = 0) -> Variable {
        let (result, windows) = pooled(.mean(countsPadding: true), window, stride, padding)
        return recording(result) { upstream, gradients in
            upstream *= 1 / Float(windows.taps)
            let channels = windows.channels
            gradients.add(
                windows.mappingBack(upstream) { _, from, to in
                    windows.forEachTap { window, _, pixel in
                        for channel in 0..<channels {
                            to[pixel * channels + channel] += from[window * channels + channel]
                        }
                    }
                }, to: self)
        }
    }

    private func pooled(
        _ kind: Pooling2D.Kind, _ window: Extent2D, _ stride: Extent2D?, _ padding: Padding2D
    ) -> (result: NDArray, windows: WindowProblem) {
        do throws(TensorError) {
            let pooling = try Pooling2D(kind, window: window, stride: stride, padding: padding)
            return (try pooling.apply(to: value), try WindowProblem(pooling.grid, shape: shape))
        } catch {
            preconditionFailure("\(error)")
        }
    }
}

extension WindowProblem {
    /// Gives what came back for each window's largest element to the first pixel that has it; NaN is larger than any
    /// number.
    fileprivate func pullBackMaxima(_ upstream: NDArray, maxima: NDArray, of images: NDArray) -> NDArray {
        maxima.withUnsafeBufferPointer { maxima in
            images.withUnsafeBufferPointer { images in
                mappingBack(upstream) { picture, from, to in
                    let size = windows * channels
                    var isFound = [Bool](repeating: false, count: size)
                    isFound.withUnsafeMutableBufferPointer { isFound in
                        forEachTap { window, _, pixel in
                            for channel in 0..<channels {
                                let (place, source) = (window * channels + channel, pixel * channels + channel)
                                let largest = maxima[picture * size + place]
                                let value = images[picture * input.area * channels + source]
                                if isFound[place] || !(value == largest || (value.isNaN && largest.isNaN)) { continue }
                                isFound[place] = true
                                to[source] += from[place]
                            }
                        }
                    }
                }
            }
        }
    }
}
