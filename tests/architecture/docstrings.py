"""The docstring of a class or function says something: four words at least, or a formula. That of a file is a title."""

import ast
from collections.abc import Iterator

from tests.architecture.source import Source

REMAINING = 0

WORDS = 4

FAULTS = [
    {"x.py": 'def f():\n    """Finds it."""'},
    {"x.py": 'class A:\n    """One."""'},
]
GOOD = [
    {"x.py": 'def f():\n    """Return the largest singular value."""'},
    {"x.py": 'def f():\n    """``A x``."""'},
    {"x.py": "def f():\n    return 1"},
]


def faults(sources: list[Source]) -> Iterator[str]:
    for source in sources:
        for node in [*source.classes, *source.functions]:
            text = ast.get_docstring(node)
            if text is not None and len(text.split()) < WORDS and "`" not in text:
                yield source.at(node, f'the docstring of {node.name} is "{text}"; say what it is or does')
