"""A function takes at most eight arguments; more are a value of their own.

Compiled loops know arrays and numbers only.
"""

from collections.abc import Iterator

from tests.architecture.sizes import arguments
from tests.architecture.source import Source

MOST = 8

FAULTS = [
    {"x.py": "def f(a, b, c, d, e, f, g, h, i):\n    pass"},
    {"x.py": "class A:\n    def f(self, a, b, c, d, e, *, f, g, h, i):\n        pass"},
]
GOOD = [
    {"x.py": "class A:\n    def f(self, a, b, c, d, e, *, f, g, h):\n        pass"},
    {"kernels/x_loops.py": "def f(a, b, c, d, e, f, g, h, i):\n    pass"},
]


def faults(sources: list[Source]) -> Iterator[str]:
    for source in sources:
        for function in () if source.is_loops else source.functions:
            if function.name != "__init__" and (count := arguments(function)) > MOST:
                yield source.at(function, f"{function.name} has {count} arguments, at most {MOST}")
