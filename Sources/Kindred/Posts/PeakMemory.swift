import Foundation

/// The most memory that this process has had in use at a time.
public enum PeakMemory {
    /// In bytes; 0 when the system does not tell. Pages of mapped files that were touched count.
    public static var bytes: Int {
        #if canImport(Darwin)
            var usage = rusage()
            return getrusage(RUSAGE_SELF, &usage) == 0 ? Int(usage.ru_maxrss) : 0
        #else
            // `getrusage` would also count what the process was before `exec`, such as a large shell or test runner.
            guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
                let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
                let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
            else { return 0 }
            return kilobytes * 1024
        #endif
    }
}
