import ArgumentParser

/// `kindred cluster`: vectors become labels.
struct ClusterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract:
            "Group vectors: kmeans, minibatch, bisecting, dbscan, hdbscan, optics, agglomerative, genie, coarse-to-fine.",
        discussion: """
            Labels go to a CSV file with the columns id and label. Clusters are numbered by size, the largest first; noise \
            is -1; rows that hold nothing, by the .rows.csv beside the input, have an empty label. With --save-model the \
            model is kept, too: `kindred predict` gives labels to new vectors by it.

            EXAMPLE
              kindred cluster kmeans --input x.npy --n-clusters 8 --output labels.csv
              kindred cluster dbscan --input x.npy --eps auto --metric cosine \\
                  --output labels.csv
              kindred cluster hdbscan --input x.npy --min-cluster-size 15 --output labels.csv
            """,
        subcommands: [
            KMeansCommand.self, MiniBatchCommand.self, BisectingCommand.self, DBSCANCommand.self, HDBSCANCommand.self,
            OPTICSCommand.self, AgglomerativeCommand.self, GenieCommand.self, CoarseToFineCommand.self,
        ])
}
