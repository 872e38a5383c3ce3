"""``__all__`` is literal, names each thing once, and the face of a package lists all that it imports."""

import ast
import importlib
from collections.abc import Iterator

from tests.architecture.source import Source

FAULTS = [
    {"physics/__init__.py": "from preimage.physics.blur import Blur"},
    {"physics/__init__.py": "from preimage.physics.blur import Blur\n__all__ = []"},
    {"physics/blur.py": "__all__ = ['Blur', 'Blur']"},
    {"physics/blur.py": "__all__ = ['Nothing']"},
]
GOOD = [{"physics/__init__.py": "from preimage.physics.blur import Blur\n__all__ = ['Blur']"}]


def faults(sources: list[Source]) -> Iterator[str]:
    for source in sources:
        names = source.exported
        imported = [
            alias.asname or alias.name
            for node in source.tree.body
            if isinstance(node, ast.ImportFrom)
            and (node.module or "").startswith("preimage.")
            and not (node.module or "").startswith("preimage._")  # tools of the house, such as lazy_name
            for alias in node.names
        ]
        if names is None:
            if source.is_face and imported:
                yield f"{source.name} imports names but has no __all__"
            continue
        if len(names) > len(set(names)):
            yield f"{source.name} names something twice in __all__"
        module = importlib.import_module(source.module)
        yield from (f"{source.name} lacks {name}, which __all__ names" for name in names if not hasattr(module, name))
        if source.is_face:
            lacking = {name for name in imported if not name.startswith("_")} - set(names)
            yield from (f"{source.name} imports {name}, which __all__ lacks" for name in sorted(lacking))
