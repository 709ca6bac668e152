"""Two clusterers in one, for millions of rows: peers put together by hand. Each takes many minutes."""
import numpy as np


def posts():
    """2,000 topics of uneven size in 120 themes; a third of the rows belongs to none."""
    n, d, topics = 2_000_000, 64, 2000
    rng = np.random.default_rng(1)
    themes = rng.normal(size=(120, d)).astype(np.float32)
    middles = themes[rng.integers(0, 120, topics)] + 0.55 * rng.normal(size=(topics, d)).astype(np.float32)
    shares = 1 / np.arange(1, topics + 1) ** 0.6
    topic = rng.choice(topics, n, p=shares / shares.sum())
    topic[rng.random(n) < 0.33] = -1
    x = np.empty((n, d), np.float32)
    for first in range(0, n, 100_000):
        part = topic[first:first + 100_000]
        spread = rng.normal(size=(len(part), d)).astype(np.float32)
        theme = themes[rng.integers(0, 120, len(part))]
        x[first:first + 100_000] = np.where(
            part[:, None] >= 0, middles[part] + 0.25 * spread, theme + 0.75 * spread)
    return {"x": x}


def inside(make):
    """Mini-batch k-means of 1,000 groups, then the clusterer that `make` gives for each group."""

    def prepare(data):
        from sklearn.cluster import MiniBatchKMeans

        def work():
            groups = MiniBatchKMeans(1000, batch_size=4096, n_init=1, max_iter=1, random_state=1).fit(data["x"]).labels_
            clusters = noise = 0
            for group in range(1000):
                rows = data["x"][groups == group]
                if len(rows) < 30:
                    noise += len(rows)
                    continue
                labels = make().fit(rows).labels_
                clusters += int(labels.max()) + 1
                noise += int((labels < 0).sum())
            return {"clusters": clusters, "noise": noise}

        return work

    return prepare


def fast_hdbscan():
    import fast_hdbscan

    return fast_hdbscan.HDBSCAN(min_cluster_size=30, min_samples=9, allow_single_cluster=True)


def sklearn_dbscan():
    from sklearn.cluster import DBSCAN

    return DBSCAN(eps=2.6, min_samples=10, n_jobs=-1)


CASES = {
    "coarse-to-fine-2m-64": ("HDBSCAN inside 1,000 groups of 2M × 64", posts,
                             {"scikit-learn, fast_hdbscan": inside(fast_hdbscan)}),
    "coarse-to-fine-dbscan-2m-64": ("DBSCAN inside 1,000 groups of 2M × 64", posts,
                                    {"scikit-learn": inside(sklearn_dbscan)}),
}
