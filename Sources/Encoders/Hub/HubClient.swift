import Tensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What takes in a document.
protocol HubReceiver: AnyObject {
    /// How many bytes are there: the request is for those behind them.
    var position: Int { get }
    /// Whether all is there; `true` where the length is not known before.
    var isComplete: Bool { get }
    /// The head of an answer with content, before the first of its bytes.
    func begin(_ answer: HubConnection.Answer) throws(EncoderError)
    /// Bytes at the position, which moves on.
    func receive(_ bytes: UnsafeRawBufferPointer) throws(EncoderError)
    /// Forgets what is there, since the server cannot go on from it.
    func startAgain() throws(EncoderError)
}

/// Asks the hub: follows redirects, tries again after what may pass, and says in words what the hub refuses.
final class HubClient {
    private let hub: ModelHub
    /// What is asked for, for messages.
    let name: HubName
    private let connection: HubConnection
    private let hubOrigin: String
    private let goesOn: () -> Bool

    private static let mostRedirects = 10
    /// Tries in a row that bring nothing.
    private static let mostTries = 6
    /// The same as long as the hub has never answered: there may be no network at all.
    private static let mostFirstTries = 3
    private var hasAnswered = false
    /// No page that tells what is wrong is longer than this.
    private static let longestExplanation = 1 << 20
    /// A hub that is to be waited for longer than this is given up.
    private static let longestPause: Duration = .seconds(120)

    /// - Parameter goesOn: asked now and then whether the work should go on.
    init(_ hub: ModelHub, _ name: HubName, goesOn: @escaping () -> Bool) throws(EncoderError) {
        guard !hub.isOffline else {
            throw .modelUnavailable(name: name.text, reason: "the network must not be used (HF_HUB_OFFLINE)")
        }
        self.hub = hub
        self.name = name
        self.goesOn = goesOn
        connection = try HubConnection(for: name.text)
        guard let origin = HubConnection.origin(of: hub.endpoint) else {
            throw .parameter(
                name: "HF_ENDPOINT", value: quoted(hub.endpoint),
                valid: "an address that starts with https:// or http://")
        }
        hubOrigin = origin
    }

    /// Asks for the document at `address`, until it is all there.
    ///
    /// - Parameter subject: what messages call it.
    func fetch(_ address: String, subject: String, into receiver: any HubReceiver) throws(EncoderError) {
        var tries = 0
        while true {
            let before = receiver.position
            let problem: (reason: String, pause: Duration?)
            switch try attempt(address, subject: subject, into: receiver) {
            case .done where receiver.isComplete: return
            case .done: problem = ("the connection ended early", nil)
            case .passing(let reason, let pause): problem = (reason, pause)
            }
            // As long as something arrives, a bad connection is good enough.
            tries = receiver.position > before ? 1 : tries + 1
            guard tries < (hasAnswered ? Self.mostTries : Self.mostFirstTries) else {
                throw .download(name: subject, reason: "\(problem.reason); given up after \(tries) tries")
            }
            let pause = problem.pause ?? hub.firstPause * (1 << min(tries - 1, 3))
            guard pause <= Self.longestPause else {
                throw .download(
                    name: subject, reason: "\(problem.reason); the hub asks to wait \(pause.components.seconds) seconds"
                )
            }
            try wait(pause)
        }
    }

    /// Lets time pass, a little at a time.
    func wait(_ pause: Duration) throws(EncoderError) {
        let end = ContinuousClock.now + pause
        repeat {
            guard goesOn() else { throw .cancelled }
            let left = max(.zero, min(end - ContinuousClock.now, .milliseconds(50)))
            usleep(UInt32(left.components.attoseconds / 1_000_000_000_000))
        } while ContinuousClock.now < end
    }

    private enum Outcome {
        case done
        /// What may pass by itself, and how long the server asks to wait.
        case passing(reason: String, pause: Duration?)
    }

    private func attempt(
        _ start: String, subject: String, into receiver: any HubReceiver
    ) throws(EncoderError) -> Outcome {
        var address = start
        for _ in 0...Self.mostRedirects {
            guard let origin = HubConnection.origin(of: address) else {
                throw .download(
                    name: subject, reason: "the hub redirects to \(quoted(address)), which is no web address")
            }
            // What goes to the hub enciphered is not to leave it in the clear.
            guard origin.hasPrefix("https:") || hubOrigin.hasPrefix("http:") else {
                throw .download(name: subject, reason: "the hub redirects to \(quoted(origin)), without encryption")
            }
            var headers = ["User-Agent: kindred", "Accept-Encoding: identity"]
            if let token = hub.token, origin == hubOrigin { headers.append("Authorization: Bearer \(token)") }
            if receiver.position > 0 { headers.append("Range: bytes=\(receiver.position)-") }
            var failure: EncoderError?
            var hasBegun = false
            var explanation: [UInt8] = []
            var passedBy = 0
            let answer: HubConnection.Answer
            do throws(HubConnection.Failure) {
                answer = try connection.get(
                    address, headers: headers, timeout: hub.timeout, certificates: hub.certificates, goesOn: goesOn
                ) { answer, bytes in
                    guard answer.status == 200 || answer.status == 206 else {
                        explanation += bytes.prefix(4096 - min(explanation.count, 4096))
                        passedBy += bytes.count
                        if passedBy > Self.longestExplanation {
                            failure = self.refusal(answer, subject, explanation)
                        }
                        return failure == nil
                    }
                    do throws(EncoderError) {
                        if !hasBegun { try receiver.begin(answer) }
                        hasBegun = true
                        try receiver.receive(bytes)
                    } catch {
                        failure = error
                    }
                    return failure == nil
                }
            } catch {
                if let failure { throw failure }
                switch error {
                case .stopped: throw .cancelled
                case .broken(let reason): return .passing(reason: reason, pause: nil)
                case .refused(let reason): throw .download(name: subject, reason: reason)
                }
            }
            hasAnswered = true
            switch answer.status {
            case 200, 206:
                if !hasBegun { try receiver.begin(answer) }
                return .done
            case 416 where receiver.position > 0:
                try receiver.startAgain()
                return .passing(reason: "the hub has no byte \(receiver.position) of it", pause: .zero)
            case 408, 429, 500, 502, 503, 504:
                return .passing(
                    reason: "the hub answers \(answer.status)"
                        + (answer.status == 429 ? ", too many requests" : ""), pause: Self.pause(answer))
            case 300..<400:
                guard let next = answer.redirect else { throw refusal(answer, subject, explanation) }
                address = next
            default: throw refusal(answer, subject, explanation)
            }
        }
        throw .download(name: subject, reason: "the hub redirects more than \(Self.mostRedirects) times")
    }

    /// How long the server asks to wait, by `RateLimit` where it refuses for that, else by `Retry-After`.
    private static func pause(_ answer: HubConnection.Answer) -> Duration? {
        // Such as: "api";r=0;t=55
        let fields = (answer.headers["ratelimit"] ?? "").split(separator: ";")
            .map { $0.filter { !$0.isWhitespace } }
        if answer.status == 429, fields.contains("r=0"),
            let seconds = fields.first(where: { $0.hasPrefix("t=") }).flatMap({ Int($0.dropFirst(2)) }), seconds >= 0
        {
            return .seconds(seconds)
        }
        return answer.headers["retry-after"].flatMap { Int($0) }.flatMap { $0 >= 0 ? .seconds($0) : nil }
    }

    /// What the hub's refusal means, and what can be done.
    private func refusal(_ answer: HubConnection.Answer, _ subject: String, _ body: [UInt8]) -> EncoderError {
        let code = answer.headers["x-error-code"] ?? ""
        let message = answer.headers["x-error-message"] ?? ""
        let page = "\(hub.endpoint)/\(name.text)"
        let tokens = "a token from \(hub.endpoint)/settings/tokens"
        func unavailable(_ reason: String) -> EncoderError { .modelUnavailable(name: name.text, reason: reason) }
        switch (answer.status, code) {
        case (_, "GatedRepo"):
            return unavailable(
                "it asks for consent: agree to its conditions at \(page), then set HF_TOKEN to "
                    + (hub.token == nil ? tokens : "the token of the account that agreed"))
        case (_, "RevisionNotFound"):
            return unavailable("it has no such branch, tag or commit; look at \(page)/tree/main")
        case (_, "EntryNotFound"): return .download(name: subject, reason: "the hub lists this file but has none")
        case (401, _) where message == "Invalid credentials in Authorization header":
            return unavailable("the hub does not know the token in HF_TOKEN; set it to \(tokens)")
        case (404, _), (401, _):
            return unavailable(
                "there is no such model at \(hub.endpoint), or it is private; check the name, and for a private model "
                    + (hub.token == nil ? "set HF_TOKEN to \(tokens)" : "whether the token in HF_TOKEN may read it"))
        case (403, _):
            return unavailable(
                "the hub forbids access\(message.isEmpty ? "" : " (\(quoted(message)))"); the token in HF_TOKEN must allow to read it"
            )
        default:
            let text = message.isEmpty ? String(decoding: body.prefix(200), as: UTF8.self) : message
            return .download(
                name: subject, reason: "the hub answers \(answer.status)" + (text.isEmpty ? "" : ": \(quoted(text))"))
        }
    }
}
