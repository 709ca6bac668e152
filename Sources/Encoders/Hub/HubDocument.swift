import Tensor

/// A document that is small enough to be kept in memory.
final class HubDocument: HubReceiver {
    /// Longer documents are refused.
    private static let mostBytes = 16 << 20

    private let subject: String
    private(set) var bytes: [UInt8] = []
    private(set) var headers: [String: String] = [:]

    /// - Parameter subject: what messages call it.
    init(_ subject: String) { self.subject = subject }

    /// Asked for as a whole each time.
    var position: Int { 0 }
    var isComplete: Bool { true }

    func begin(_ answer: HubConnection.Answer) {
        bytes = []
        headers = answer.headers
    }

    func receive(_ bytes: UnsafeRawBufferPointer) throws(EncoderError) {
        guard self.bytes.count + bytes.count <= Self.mostBytes else {
            throw .file(path: subject, reason: "the hub's answer is longer than \(Self.mostBytes >> 20) MiB")
        }
        self.bytes += bytes
    }

    func startAgain() { bytes = [] }
}

extension HubClient {
    /// The JSON document at `address`, and the head of the answer.
    func json(_ address: String, subject: String) throws(EncoderError) -> (value: JSONValue, headers: [String: String])
    {
        let document = HubDocument(subject)
        try fetch(address, subject: subject, into: document)
        let content = FileBytes(document.bytes, path: subject)
        do throws(JSONReader.Problem) {
            let value = try content.withBytes { bytes throws(JSONReader.Problem) in try JSONValue.parse(bytes) }
            return (value, document.headers)
        } catch {
            throw .file(
                path: subject, reason: "the answer is not JSON at byte \(error.offset): is HF_ENDPOINT a model hub's?")
        }
    }
}
