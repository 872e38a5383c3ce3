"""Which classes are marked as changing (no rule of its own)."""

import ast

from tests.architecture.source import Source


def workers(sources: list[Source]) -> set[str]:
    """Names of the classes that derive from ``preimage._worker.Worker``, directly or not."""
    bases = {
        node.name: {ast.unparse(base).split("[")[0].split(".")[-1] for base in node.bases}
        for source in sources
        for node in source.classes
    }
    found = {"Worker"}
    while more := {name for name, above in bases.items() if above & found and name not in found}:
        found |= more
    return found
