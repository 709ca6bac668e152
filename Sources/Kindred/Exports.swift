// `import Kindred` gives all layers.
@_exported import Analysis
@_exported import Clustering
@_exported import Encoders
@_exported import Fusion
@_exported import Imaging
@_exported import Language
@_exported import Tensor
