import Foundation
import Kindred

/// The bytes of standard input as they come. Ctrl-C ends them, also while none come.
final class StandardInput {
    private var buffer: [UInt8] = []
    private var position = 0
    private var hasEnded = false

    /// What can be taken without waiting.
    private var available: Int { buffer.count - position }

    /// Waits until there are `count` bytes, or no more come.
    ///
    /// - Returns: whether there are so many.
    func wait(for count: Int) throws -> Bool {
        while available < count {
            guard try read() else { return false }
        }
        return true
    }

    /// The next bytes, without taking them.
    func peek(_ count: Int) -> ArraySlice<UInt8> { buffer[position..<min(buffer.count, position + count)] }

    /// Takes the next bytes, which must be there.
    func take(_ count: Int) -> [UInt8] {
        defer { position += count }
        return Array(buffer[position..<position + count])
    }

    /// Takes the next line, without its end; `nil` when no more come.
    func line() throws -> [UInt8]? {
        var searched = position
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = take(end - position)
                position += 1
                return line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            }
            let seen = available
            guard seen <= 1 << 26 else { throw ToolError.badData("standard input: a line is longer than 64 MiB") }
            guard try read() else { return available > 0 && !Interrupt.isRequested ? take(available) : nil }
            searched = position + seen
        }
    }

    /// Reads what there is.
    private func read() throws -> Bool {
        if position > 1 << 16 {
            buffer.removeFirst(position)
            position = 0
        }
        while !hasEnded {
            if Interrupt.isRequested { return false }
            var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            let ready = poll(&descriptor, 1, 200)
            if ready == 0 || (ready < 0 && errno == EINTR) { continue }
            var chunk = [UInt8](repeating: 0, count: 1 << 16)
            let count = Foundation.read(STDIN_FILENO, &chunk, chunk.count)
            if count < 0 && (errno == EINTR || errno == EAGAIN) { continue }
            guard count >= 0 else {
                throw ToolError(.missingInput, "standard input cannot be read: \(String(cString: strerror(errno)))")
            }
            hasEnded = count == 0
            if count > 0 {
                buffer += chunk[..<count]
                return true
            }
        }
        return false
    }
}
