import Tensor

extension ModelHub {
    /// The hub as the environment describes it, by the variables that the hub's Python client heeds.
    ///
    /// | variable | |
    /// |---|---|
    /// | `HF_ENDPOINT` | the server, by default `https://huggingface.co` |
    /// | `HF_HUB_CACHE`, else `HUGGINGFACE_HUB_CACHE` | where models are kept, by default `hub` in `HF_HOME` |
    /// | `HF_HOME` | by default `huggingface` in `XDG_CACHE_HOME`, by default `~/.cache` |
    /// | `HF_HUB_OFFLINE`, else `TRANSFORMERS_OFFLINE` | `1`, `ON`, `YES` or `TRUE`: no network |
    /// | `HF_TOKEN`, else `HUGGING_FACE_HUB_TOKEN` | who asks; else what is in the file `HF_TOKEN_PATH`, by default `token` in `HF_HOME` |
    /// | `HF_HUB_DISABLE_IMPLICIT_TOKEN` | `1`: no token |
    /// | `HF_HUB_DOWNLOAD_TIMEOUT` | seconds without a byte after which a request has failed, by default 10 |
    /// | `CURL_CA_BUNDLE`, else `SSL_CERT_FILE` | certificates to trust in place of the system's |
    public init() { self.init(environment: { Environment.value(of: $0) }) }

    package init(environment: (String) -> String?) {
        func value(_ names: String...) -> String? {
            for name in names { if let text = environment(name), !text.isEmpty { return text } }
            return nil
        }
        func isTrue(_ names: String...) -> Bool {
            let text = names.compactMap { environment($0) }.first { !$0.isEmpty }
            return text.map { ["1", "ON", "YES", "TRUE"].contains($0.uppercased()) } ?? false
        }
        func path(_ text: String) -> String { Self.expanding(text, by: environment) }

        let home = path(value("HF_HOME") ?? (value("XDG_CACHE_HOME") ?? "~/.cache") + "/huggingface")
        self.init(
            endpoint: value("HF_ENDPOINT") ?? Self.publicEndpoint,
            cacheDirectory: value("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE").map(path) ?? home + "/hub",
            isOffline: isTrue("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"),
            token: isTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN")
                ? nil
                : Self.token(value("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"))
                    ?? Self.token(FileSystem.text(value("HF_TOKEN_PATH").map(path) ?? home + "/token", most: 4096)))
        if let seconds = value("HF_HUB_DOWNLOAD_TIMEOUT").flatMap({ Int($0) }), (1...86_400).contains(seconds) {
            timeout = seconds
        }
        certificates = value("CURL_CA_BUNDLE", "SSL_CERT_FILE")
    }

    /// A token without white space around it; `nil` for what could be no token, or more than a header's value.
    private static func token(_ text: String?) -> String? {
        guard let text else { return nil }
        let bytes = text.utf8.drop { $0 <= 0x20 }
        let token = bytes.prefix { $0 > 0x20 && $0 < 0x7f }
        guard !token.isEmpty, bytes[token.endIndex...].allSatisfy({ $0 <= 0x20 }) else { return nil }
        return String(token)
    }

    /// The path with `~` at its start, `$NAME` and `${NAME}` replaced; unknown names stay as they are.
    private static func expanding(_ path: String, by environment: (String) -> String?) -> String {
        var result: [UInt8] = []
        var rest = Array(path.utf8)[...]
        if rest.first == UInt8(ascii: "~"), rest.count == 1 || rest.dropFirst().first == UInt8(ascii: "/") {
            result = Array((environment("HOME") ?? "~").utf8)
            rest = rest.dropFirst()
        }
        while let byte = rest.first {
            if byte == UInt8(ascii: "$") {
                let isBraced = rest.dropFirst().first == UInt8(ascii: "{")
                let name = rest.dropFirst(isBraced ? 2 : 1).prefix {
                    $0 == UInt8(ascii: "_") || Unicode.Scalar($0).properties.isAlphabetic && $0 < 0x80
                        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                }
                let isClosed = !isBraced || rest[name.endIndex...].first == UInt8(ascii: "}")
                if !name.isEmpty, isClosed, let value = environment(String(decoding: name, as: UTF8.self)) {
                    result += value.utf8
                    rest = rest[(name.endIndex + (isBraced ? 1 : 0))...]
                    continue
                }
            }
            result.append(byte)
            rest = rest.dropFirst()
        }
        return String(decoding: result, as: UTF8.self)
    }
}
