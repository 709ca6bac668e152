private import CCurl
import Tensor

/// Asks servers for documents, one at a time, and keeps connections open between.
///
/// libcurl does the work. It is loaded when the first connection is made: linked, as Foundation's networking links it, it
/// would make every start of a program 12 ms longer, for it brings thirty other libraries.
final class HubConnection {
    /// The head of an answer.
    struct Answer {
        var status = 0
        /// By names in lower case; of several of one name, the last.
        var headers: [String: String] = [:]
        /// The whole address that it redirects to.
        var redirect: String?
    }

    enum Failure: Error {
        /// What received the answer wanted no more.
        case stopped
        /// The connection was not made, or broke: another try may do.
        case broken(String)
        /// Another try will not do.
        case refused(String)
    }

    private let curl: OpaquePointer

    /// - Throws: ``EncoderError/download(name:reason:)`` when libcurl cannot be used.
    init(for name: String) throws(EncoderError) {
        let problem = String(cString: kindred_curl_problem())
        guard problem.isEmpty, let curl = kindred_curl_make() else {
            throw .download(name: name, reason: problem.isEmpty ? "libcurl is out of memory" : problem)
        }
        self.curl = curl
    }

    deinit { kindred_curl_free(curl) }

    /// Asks for the document at `address`. Redirects are told, not followed.
    ///
    /// - Parameters:
    ///   - headers: lines `Name: value`.
    ///   - timeout: seconds without a connection, or without a byte.
    ///   - goesOn: asked now and then, also while nothing arrives.
    ///   - receive: takes pieces of the body, with the head; `false` ends the request.
    func get(
        _ address: String, headers: [String], timeout: Int, certificates: String?, goesOn: @escaping () -> Bool,
        receive: @escaping (Answer, UnsafeRawBufferPointer) -> Bool
    ) throws(Failure) -> Answer {
        let exchange = Exchange(goesOn: goesOn, receive: receive)
        var status = 0
        let code = Self.withCStrings([address] + headers) { texts in
            (certificates ?? "").withCString { certificateFile in
                var request = kindred_curl_request()
                request.url = texts[0]
                request.headers = texts.baseAddress.map { $0 + 1 }
                request.header_count = headers.count
                request.timeout_seconds = timeout
                request.certificates = certificates == nil ? nil : certificateFile
                request.context = Unmanaged.passUnretained(exchange).toOpaque()
                request.header = { context, line, count in
                    Exchange.of(context).takeLine(UnsafeRawBufferPointer(start: line, count: count))
                    return 0
                }
                request.body = { context, bytes, count in
                    let exchange = Exchange.of(context)
                    let piece = UnsafeRawBufferPointer(start: bytes, count: count)
                    return exchange.receive(exchange.answer, piece) ? 0 : 1
                }
                request.tick = { context in Exchange.of(context).goesOn() ? 0 : 1 }
                return withExtendedLifetime(exchange) { kindred_curl_get(curl, &request, &status) }
            }
        }
        let message = String(cString: kindred_curl_message(curl))
        switch code {
        case Int32(KINDRED_CURL_DONE): break
        case Int32(KINDRED_CURL_STOPPED): throw .stopped
        case Int32(KINDRED_CURL_REFUSED): throw .refused(message)
        default: throw .broken(message)
        }
        var answer = exchange.answer
        answer.status = status
        answer.redirect = kindred_curl_redirect(curl).map { String(cString: $0) }
        return answer
    }

    /// Scheme, host and port of an address; `nil` for what is no address of http or https.
    static func origin(of address: String) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
            kindred_curl_origin(address, buffer.baseAddress, buffer.count) != 0
                ? buffer.baseAddress.map { String(cString: $0) } : nil
        }
    }

    private static func withCStrings<R>(
        _ texts: [String], _ body: (UnsafeBufferPointer<UnsafePointer<CChar>?>) -> R
    ) -> R {
        var bytes: [CChar] = []
        let starts = texts.map { text in
            defer { bytes += text.utf8.map { CChar(bitPattern: $0) } + [0] }
            return bytes.count
        }
        return bytes.withUnsafeBufferPointer { bytes in
            starts.map { start in bytes.baseAddress.map { $0 + start } }.withUnsafeBufferPointer { body($0) }
        }
    }
}

/// A request under way, as libcurl's functions see it.
private final class Exchange {
    var answer = HubConnection.Answer()
    let goesOn: () -> Bool
    let receive: (HubConnection.Answer, UnsafeRawBufferPointer) -> Bool

    /// More lines in the head of an answer are passed by.
    private static let mostHeaders = 256

    init(
        goesOn: @escaping () -> Bool, receive: @escaping (HubConnection.Answer, UnsafeRawBufferPointer) -> Bool
    ) {
        self.goesOn = goesOn
        self.receive = receive
    }

    static func of(_ context: UnsafeMutableRawPointer?) -> Exchange {
        guard let context else { preconditionFailure("libcurl gives back the context that it was given") }
        return Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
    }

    func takeLine(_ bytes: UnsafeRawBufferPointer) {
        let line = String(decoding: bytes, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            // The head of a proxy's answer, or a provisional one, may come before.
            answer = HubConnection.Answer()
            let parts = line.split(separator: " ", maxSplits: 2)
            answer.status = parts.count > 1 ? Int(parts[1].prefix(3)) ?? 0 : 0
            return
        }
        guard let colon = line.firstIndex(of: ":"), answer.headers.count < Self.mostHeaders else { return }
        let value = line[line.index(after: colon)...]
        let trimmed = value.drop { $0.isWhitespace }
        let end = trimmed.lastIndex { !$0.isWhitespace }.map { trimmed.index(after: $0) } ?? trimmed.startIndex
        answer.headers[line[..<colon].lowercased()] = String(trimmed[..<end])
    }
}
