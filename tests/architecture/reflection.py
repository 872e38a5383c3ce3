"""What an object can do is asked by its type, not by the names it has.

Where a kind says what its objects hold, one place tells it by name: ``Module.fields`` for modules, ``_fields.py`` for
dataclasses and networks.
"""

import ast
from collections.abc import Iterator

from tests.architecture.source import Source

REFLECTIVE = {"_fields.py", "_module.py"}

NAMES = {"__name__", "__qualname__", "__module__", "__doc__"}

FAULTS = [
    {"x.py": "hasattr(a, 'b')"},
    {"x.py": "getattr(a, name)"},
    {"x.py": "type(g).forward is Proximable.forward"},
    {"x.py": "found = type(self).grad"},
    {"x.py": "vars(a)['b']"},
    {"x.py": "name in vars(a)"},
    {"x.py": "a.__dict__[name]"},
]
GOOD = [{"x.py": "print(type(a).__name__)\nb = type(a)(1)"}]


def faults(sources: list[Source]) -> Iterator[str]:
    for source in sources:
        if source.name in REFLECTIVE:
            continue
        for node in source.nodes:
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"hasattr", "getattr", "vars"}:
                yield source.at(node, f"{ast.unparse(node)}; ask for a type instead")
            if isinstance(node, ast.Attribute) and node.attr == "__dict__":
                yield source.at(node, f"{ast.unparse(node)}; ask for a type instead")
            if isinstance(node, ast.Attribute) and is_type(node.value) and node.attr not in NAMES:
                yield source.at(node, f"{ast.unparse(node)}; ask for a type instead")


def is_type(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "type" and len(node.args) == 1
