"""The cases, family by family: name → (title, function that makes the arrays, {peer: function from arrays to work})."""
from . import activations, analysis, attention, clustering, products

CASES = {**products.CASES, **activations.CASES, **attention.CASES, **clustering.CASES, **analysis.CASES}
