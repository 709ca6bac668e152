"""Makes the golden files of the classical image encoder's tests with scikit-image.

Run: python imaging_classical.py ../../Tests/EncodersTests/Goldens
Writes `classical.png` (grey, with noise, so that no ring of pixels is quite even) and `classical.json`.
"""

import json
import pathlib
import sys

import numpy
from PIL import Image
from skimage.feature import hog, local_binary_pattern

from imaging import texture


def main(folder):
    pixels = texture(83, 70, 1, 77)[..., 0]
    Image.fromarray(pixels).save(folder / "classical.png")
    gradients = []
    for orientations, cell, block in ((9, 8, 2), (9, 16, 2), (6, 10, 3), (1, 20, 1)):
        values = hog(pixels, orientations, (cell, cell), (block, block), block_norm="L2-Hys")
        gradients.append(
            {"orientations": orientations, "cellSide": cell, "blockSide": block, "values": [round(v, 6) for v in values]}
        )
    patterns = []
    for points, radius in ((8, 1), (16, 2), (12, 1.5), (24, 3), (1, 1)):
        codes = local_binary_pattern(pixels, points, radius, "uniform").astype(int)
        counts = numpy.bincount(codes.ravel(), minlength=points + 2)
        patterns.append({"points": points, "radius": radius, "counts": counts.tolist()})
    (folder / "classical.json").write_text(json.dumps({"gradients": gradients, "patterns": patterns}))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
