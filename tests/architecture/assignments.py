"""Attributes of ``self`` are assigned in ``__init__`` only, except in a class marked ``preimage._worker.Worker``."""

import ast
from collections.abc import Iterator

from tests.architecture.source import Source, own_nodes
from tests.architecture.workers import workers

FAULTS = [
    {"x.py": "class A:\n    def f(self):\n        self.x = 1"},
    {"x.py": "class A:\n    def f(self):\n        y, self.x = 1, 2"},
    {"x.py": "class A:\n    def f(self):\n        self.x += 1"},
    {"x.py": "class A:\n    def f(self):\n        del self.x"},
]
GOOD = [{"x.py": "from preimage._worker import Worker\nclass A(Worker):\n    def f(self):\n        self.x = 1"}]


def targets(node: ast.AST) -> list[ast.expr]:
    """What a statement assigns or deletes, tuples taken apart."""
    if isinstance(node, (ast.Assign, ast.Delete)):
        found = list(node.targets)
    elif isinstance(node, (ast.AugAssign, ast.AnnAssign, ast.For)):
        found = [node.target]
    else:
        return []
    return [t for target in found for t in (target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target])]


def faults(sources: list[Source]) -> Iterator[str]:
    changing = workers(sources)
    for source in sources:
        for owner, function in source.methods:
            if function.name == "__init__" or (owner is not None and owner.name in changing):
                continue
            for node in own_nodes(function):
                for target in targets(node):
                    if isinstance(target, ast.Attribute) and ast.unparse(target.value) == "self":
                        what = f"self.{target.attr} is assigned in {function.name}, not in __init__"
                        yield source.at(node, what)
