"""The cases, family by family: name → (title, function that makes the arrays, {peer: function from arrays to work})."""
from . import analysis, clustering, products

CASES = {**products.CASES, **clustering.CASES, **analysis.CASES}
