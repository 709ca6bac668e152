extension Variable {
    /// Two-dimensional convolution (cross-correlation, as everywhere in this field):
    /// `[n × inputs × h × w]` gives `[n × outputs × h′ × w′]`.
    ///
    /// - Parameters:
    ///   - weight: `[outputs × inputs / groups × height × width]`
    ///   - bias: `[outputs]`
    ///   - stride: places from one window to the next, in both directions.
    ///   - padding: zeros put around each image, in both directions.
    ///   - dilation: distance of the places within a window.
    ///   - groups: channels are cut into so many groups, each of which is convolved alone.
    /// - Precondition: the shapes agree, and at least one window fits.
    /// - Complexity: O(n · outputs · h′ · w′ · inputs / groups · height · width) time.
    public func convolved(
        with weight: Variable, bias: Variable? = nil, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
        groups: Int = 1
    ) -> Variable {
        let problem = ConvolutionProblem(
            images: value, weight: weight.value, stride: stride, padding: padding, dilation: dilation, groups: groups)
        let result = Variable.record(problem.output(), from: [self, weight]) { upstream, gradients in
            gradients.add(problem.weightGradient(upstream), to: weight)
            gradients.add(problem.imageGradient(upstream), to: self)
        }
        guard let bias else { return result }
        precondition(bias.shape == [weight.shape[0]], "a bias of shape \(bias.shape) for \(weight.shape[0]) outputs")
        return result + bias.reshaped(to: [weight.shape[0], 1, 1])
    }

    /// The largest element of each window: `[n × channels × h × w]` gives `[n × channels × h′ × w′]`.
    ///
    /// - Parameters:
    ///   - size: height and width of the windows.
    ///   - stride: places from one window to the next; `size` by default.
    ///   - padding: places around each image, which are never the largest; at most half of `size`.
    public func maximumPooled(size: Int, stride: Int? = nil, padding: Int = 0) -> Variable {
        let windows = poolingWindows(size: size, stride: stride, padding: padding)
        let (result, places) = windows.maxima(of: value)
        return recording(result) { upstream, gradients in
            gradients.add(
                windows.mappingPlanes(of: upstream, to: shape) { plane, from, to in
                    to.update(repeating: 0, count: windows.height * windows.width)
                    for window in 0..<windows.count { to[Int(places[plane * windows.count + window])] += from[window] }
                }, to: self)
        }
    }

    /// The mean of each window: `[n × channels × h × w]` gives `[n × channels × h′ × w′]`.
    ///
    /// - Parameters:
    ///   - size: height and width of the windows.
    ///   - stride: places from one window to the next; `size` by default.
    ///   - padding: zeros around each image, which count; at most half of `size`.
    public func averagePooled(size: Int, stride: Int? = nil, padding: Int = 0) -> Variable {
        let windows = poolingWindows(size: size, stride: stride, padding: padding)
        let scale = 1 / Float(windows.size)
        let target = Array(shape[..<2]) + [windows.outputHeight, windows.outputWidth]
        let result = windows.mappingPlanes(of: value, to: target) { _, from, to in
            to.update(repeating: 0, count: windows.count)
            windows.forEachPlace { _, row, columns, start in
                let line = to + row * windows.outputWidth
                for (step, column) in columns.enumerated() { line[column] += from[start + step * windows.stride] }
            }
            for window in 0..<windows.count { to[window] *= scale }
        }
        return recording(result) { upstream, gradients in
            upstream *= scale
            gradients.add(
                windows.mappingPlanes(of: upstream, to: shape) { _, from, to in
                    to.update(repeating: 0, count: windows.height * windows.width)
                    windows.forEachPlace { _, row, columns, start in
                        let line = from + row * windows.outputWidth
                        for (step, column) in columns.enumerated() { to[start + step * windows.stride] += line[column] }
                    }
                }, to: self)
        }
    }

    private func poolingWindows(size: Int, stride: Int?, padding: Int) -> ImageWindows {
        precondition(size > 0 && padding <= size / 2, "windows of \(size) with padding \(padding)")
        return ImageWindows(
            shape: shape, windowHeight: size, windowWidth: size, stride: stride ?? size, padding: padding)
    }
}

extension ImageWindows {
    /// An array of shape `target` whose planes (the last two axes) are made one from each plane of another, in parallel.
    func mappingPlanes(
        of array: NDArray, to target: [Int],
        _ body: (_ plane: Int, _ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>) -> Void
    ) -> NDArray {
        let (from, to) = (array.shape[2] * array.shape[3], target[2] * target[3])
        return array.withUnsafeBufferPointer { source in
            NDArray(shape: target) { buffer in
                guard let start = source.baseAddress, let end = buffer.baseAddress else { return }
                let planes = 0..<target[0] * target[1]
                let group = max(1, StridedLoop.tileSize / max(1, from))
                parallelFor(planes.tileCount(size: group)) { tile in
                    for plane in planes.tile(tile, size: group) { body(plane, start + plane * from, end + plane * to) }
                }
            }
        }
    }

    /// The largest element of each window, the first of equals, and where it lies in its plane. NaN is larger than all.
    func maxima(of images: NDArray) -> (values: NDArray, places: [Int32]) {
        let target = Array(images.shape[..<2]) + [outputHeight, outputWidth]
        var places = [Int32](repeating: 0, count: NDArray.elementCount(of: target))
        let values = places.withUnsafeMutableBufferPointer { places in
            nonisolated(unsafe) let places = places
            return mappingPlanes(of: images, to: target) { plane, from, to in
                to.update(repeating: -.infinity, count: count)
                var found = [Bool](repeating: false, count: count)
                forEachPlace { _, row, columns, start in
                    for (step, column) in columns.enumerated() {
                        let (window, place) = (row * outputWidth + column, start + step * stride)
                        let (best, candidate) = (to[window], from[place])
                        guard !found[window] || candidate > best || (candidate.isNaN && !best.isNaN) else { continue }
                        found[window] = true
                        to[window] = candidate
                        places[plane * count + window] = Int32(place)
                    }
                }
            }
        }
        return (values, places)
    }
}
