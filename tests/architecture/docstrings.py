"""The docstring of a class or function says something: four words at least, or a formula. That of a file is a title.

What it tells of an argument says first what it is: "the seed of the start", not "of the start".
"""

import ast
import re
from collections.abc import Iterator

from tests.architecture.source import Source

WORDS = 4
# "seed: of the start" goes on from the name; "neighbours: of how many patches ..." asks.
GOES_ON = re.compile(r"^ +(\w+(?:, \w+)*): of (?!which\b|how many\b)", re.MULTILINE)

FAULTS = [
    {"x.py": 'def f():\n    """Finds it."""'},
    {"x.py": 'class A:\n    """One."""'},
    {"x.py": 'def f(seed):\n    """Draw a random start.\n\n    Args:\n        seed: of the start.\n    """'},
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
            for name in GOES_ON.findall(text or ""):
                yield source.at(node, f'the docstring of {node.name} goes on from "{name}: of"; say first what it is')
