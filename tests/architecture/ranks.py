"""A module imports lower ranks or its own package only, by absolute names."""

import ast
from collections.abc import Iterator

from tests.architecture.source import Source

RANKS = {
    0: {
        "kernels",
        "machine",
        "_draws",
        "_fields",
        "_module",
        "_lazy",
        "_optional",
        "_ranges",
        "_recording",
        "_seen",
        "_shapes",
        "_tree",
        "_views",
        "_worker",
        "errors",
        "functional",
        "notation",
    },
    1: {"solve", "transform", "metric", "files"},
    2: {"physics"},
    3: {"fidelity", "denoisers", "reconstructor", "degradations"},
    4: {"distributed", "optim"},
    5: {"blocks", "models", "loss", "datasets", "sampling"},
    6: {"zoo"},
    7: {"blind", "training"},
    8: {"evaluate", "reconstruct", "restore"},
    9: {"explain", "plot", "simulate", "testing", "web"},
    10: {"cli"},
    11: {"__main__"},
}
RANK = {part: rank for rank, parts in RANKS.items() for part in parts}

FAULTS = [
    {"solve/x.py": "from preimage.physics import Blur"},
    {"physics/x.py": "def f():\n    import preimage.zoo"},
    {"physics/x.py": "from preimage import nowhere"},
    {"physics/x.py": "from . import blur"},
    {"metric/x.py": "from preimage.solve import cg"},
    {"errors.py": "from preimage.solve import cg"},
]


def faults(sources: list[Source]) -> Iterator[str]:
    for source in sources:
        if source.name == "__init__.py":  # the package itself names all its parts
            continue
        yield from (
            source.at(node, "relative import; write the absolute name")
            for node in source.nodes
            if isinstance(node, ast.ImportFrom) and node.level
        )
        for node, module, name in source.imports:
            parts = (f"preimage.{name}" if module == "preimage" else module).split(".")
            if parts[0] != "preimage" or len(parts) == 1:
                continue
            mine, part = source.part, parts[1]
            if part not in RANK:
                yield source.at(node, f"{part} has no rank; add it to RANKS in tests/architecture/ranks.py")
            elif part != mine and RANK[part] >= max(RANK[mine], 1):
                yield source.at(node, f"{mine} (rank {RANK[mine]}) imports {part} (rank {RANK[part]})")
