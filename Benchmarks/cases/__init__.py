"""The cases, family by family: name → (title, function that makes the arrays, {peer: function from arrays to work})."""
import importlib
import pkgutil

CASES = {}
for _, name, _ in pkgutil.iter_modules(__path__):
    CASES.update(getattr(importlib.import_module(f".{name}", __name__), "CASES", {}))
