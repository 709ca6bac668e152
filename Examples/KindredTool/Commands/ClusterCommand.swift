import ArgumentParser

/// `kindred cluster`: vectors become labels.
struct ClusterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: "Group vectors: kmeans, dbscan, hdbscan.",
        discussion: """
            Labels go to a CSV file with the columns id and label. Clusters are numbered by size, the largest first; noise \
            is -1; rows that hold nothing, by the .rows.csv beside the input, have an empty label.

            EXAMPLE
              kindred cluster kmeans --input x.npy --n-clusters 8 --output labels.csv
              kindred cluster dbscan --input x.npy --eps auto --metric cosine \\
                  --output labels.csv
              kindred cluster hdbscan --input x.npy --min-cluster-size 15 --output labels.csv
            """,
        subcommands: [KMeansCommand.self, DBSCANCommand.self, HDBSCANCommand.self])
}
