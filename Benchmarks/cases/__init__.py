"""The cases, family by family: name → (title, function that makes the arrays, {peer: function from arrays to work})."""
from . import analysis, clustering, convolution, products

CASES = {**products.CASES, **convolution.CASES, **clustering.CASES, **analysis.CASES}
from . import analysis, clustering, products, training

CASES = {**products.CASES, **clustering.CASES, **analysis.CASES, **training.CASES}
