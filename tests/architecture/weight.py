"""What a module imports at its top is light; optional packages are imported where they are used."""

import sys
from collections.abc import Iterator

from tests.architecture.source import Source

LIGHT = {"preimage", "torch", "numpy", "typing_extensions", *sys.stdlib_module_names}
COMMAND_LINE = {"cyclopts", "rich"}

# The package itself answers before torch is imported.
FACE = {"importlib", "importlib.metadata", "types", "typing"}

FAULTS = [
    {"physics/x.py": "import scipy"},
    {"physics/x.py": "from cyclopts import App"},
    {"__init__.py": "import torch"},
]
GOOD = [{"cli/x.py": "from cyclopts import App"}]


def faults(sources: list[Source]) -> Iterator[str]:
    for source in sources:
        allowed = LIGHT | (COMMAND_LINE if source.part == "cli" else set())
        top = {id(node) for node in source.tree.body}
        for node, module, _ in source.imports:
            if id(node) not in top:
                continue
            if source.name == "__init__.py" and module not in FACE:
                yield source.at(node, f"{module} is imported by the package itself")
            if module.partition(".")[0] not in allowed:
                yield source.at(node, f"{module} is imported at the top; import it where it is used")
