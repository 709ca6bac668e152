import CFuzzer

/// What one fuzz target does with an input: it must return, whatever the bytes are.
public typealias FuzzTarget = @Sendable (UnsafeRawBufferPointer) -> Void

// Set once, before libFuzzer's loop starts.
nonisolated(unsafe) private var chosen: FuzzTarget = { _ in }

/// Runs the target that the first argument names, with libFuzzer's options and folders of inputs after it.
public func runFuzzer(
    _ targets: [String: FuzzTarget], _ argumentCount: CInt,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
    guard argumentCount > 1, var rest = arguments, let name = rest[1], let target = targets[String(cString: name)]
    else {
        print("usage: fuzz-program TARGET [libFuzzer's options] [folders]\ntargets: \(targets.keys.sorted())")
        return 2
    }
    chosen = target
    // libFuzzer takes the program's name first.
    rest[1] = rest[0]
    rest += 1
    var count = argumentCount - 1
    var pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = rest
    return LLVMFuzzerRunDriver(&count, &pointer) { bytes, count in
        chosen(UnsafeRawBufferPointer(start: bytes, count: count))
        return 0
    }
}

/// Ends the process, which libFuzzer reports with the input, when something does not hold that must.
public func check(_ condition: Bool, _ message: String) {
    precondition(condition, message)
}
