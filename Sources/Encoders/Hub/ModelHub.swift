import Tensor

/// Where models come from: the Hugging Face hub, or a server that speaks as it does, and the directory in which what
/// was downloaded is kept.
///
/// ```swift
/// let hub = ModelHub()                                                   // as the environment says
/// let model = try hub.get("openai/clip-vit-base-patch32", progress: bar) // downloads what is not there yet
/// let directory = try hub.resolve("openai/clip-vit-base-patch32")        // no network: what is there
/// let encoder = try CLIPImageEncoder(directory: directory)
/// ```
///
/// The directory is laid out as the hub's own Python client does it, `models--owner--name/{blobs,refs,snapshots}`: what
/// one has downloaded is found by the other.
public struct ModelHub: Sendable {
    /// The server's address, without a slash at its end.
    public let endpoint: String
    /// Where models are kept.
    public let cacheDirectory: String
    /// Whether the network must not be used.
    public let isOffline: Bool
    /// What shows the hub who asks. Sent to the endpoint alone, never to where that redirects.
    package let token: String?
    /// Seconds without a connection, or without a byte, after which a request has failed.
    package var timeout = 10
    /// Certificates to trust in place of the system's.
    package var certificates: String?
    /// How long to wait before a second try; each further one waits twice as long.
    package var firstPause: Duration = .seconds(1)

    /// The hub's public server.
    public static let publicEndpoint = "https://huggingface.co"

    /// A hub that is told everything.
    ///
    /// - Parameters:
    ///   - endpoint: the server's address.
    ///   - cacheDirectory: where models are kept; it is made when it is needed.
    ///   - isOffline: whether the network must not be used.
    ///   - token: what shows the hub who asks; for models that are private or ask for consent.
    public init(
        endpoint: String = publicEndpoint, cacheDirectory: String, isOffline: Bool = false, token: String? = nil
    ) {
        var endpoint = endpoint[...]
        while endpoint.last == "/" { endpoint = endpoint.dropLast() }
        self.endpoint = String(endpoint)
        self.cacheDirectory = cacheDirectory
        self.isOffline = isOffline
        self.token = token
    }
}

extension ModelHub: CustomStringConvertible, CustomReflectable {
    /// Where models come from and are kept; the token is never shown.
    public var description: String { "\(endpoint)\(isOffline ? " (offline)" : ""), kept in \(cacheDirectory)" }

    public var customMirror: Mirror {
        Mirror(self, children: ["endpoint": endpoint, "cacheDirectory": cacheDirectory, "isOffline": isOffline])
    }
}
