import ArgumentParser

/// `kindred models`: the models that encoders are loaded from.
struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "Download models, and show which are there: get, list, info.",
        discussion: """
            Models come from the Hugging Face hub and are kept in its cache, which Python's programs share. HF_HOME or \
            HF_HUB_CACHE say where that is, HF_ENDPOINT which server is asked, HF_TOKEN who asks; with HF_HUB_OFFLINE=1 \
            the network is not used.

            EXAMPLE
              kindred models get sentence-transformers/all-MiniLM-L6-v2
              kindred models list
              kindred models info sentence-transformers/all-MiniLM-L6-v2
            """,
        subcommands: [ModelsGetCommand.self, ModelsListCommand.self, ModelsInfoCommand.self])
}
