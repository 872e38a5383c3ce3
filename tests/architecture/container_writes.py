"""What an object holds changes in its constructor only, be it an attribute, an entry of a list or another's attribute.

Tensors and lists that a function made itself are its own. ``Worker`` classes may change what they hold, and ``ctx`` is
how an ``autograd.Function`` hands on what it knows.
"""

import ast
from collections.abc import Iterator

from tests.architecture.assignments import targets
from tests.architecture.source import Source, own_nodes
from tests.architecture.workers import workers

REMAINING = 28

MUTATORS = "append extend insert remove clear update discard setdefault pop popitem sort"
CHANGING = set(MUTATORS.split())

FAULTS = [
    {"x.py": "class A:\n    def f(self):\n        self.x[0] = 1"},
    {"x.py": "class A:\n    def f(self):\n        self.x[0] += 1"},
    {"x.py": "class A:\n    def f(self):\n        del self.x[0]"},
    {"x.py": "class A:\n    def f(self):\n        self.x.y = 1"},
    {"x.py": "class A:\n    def f(self):\n        self.x.append(1)"},
    {"x.py": "class A:\n    def f(self, other):\n        other.x = 1"},
    {"x.py": "def f(other):\n    other.x = 1"},
    {"x.py": "def f(other):\n    other.x.append(1)"},
    {"x.py": "def f(other):\n    other.x[0] = 1"},
    {"x.py": "def f(other):\n    object.__setattr__(other, 'x', 1)"},
    {"x.py": "def f(other):\n    setattr(other, 'x', 1)"},
]
GOOD = [
    {"x.py": "def f():\n    x = []\n    x.append(1)\n    x[0] = 2\n    return x"},
    {"x.py": "class A:\n    def __init__(self):\n        self.x = []\n        self.x.append(1)"},
    {"x.py": "from preimage._worker import Worker\nclass A(Worker):\n    def f(self):\n        self.x.append(1)"},
]


def faults(sources: list[Source]) -> Iterator[str]:
    changing = workers(sources)
    for source in sources:
        for owner, function in source.methods:
            exempt = function.name == "__init__" or (owner is not None and owner.name in changing)
            for node in own_nodes(function):
                for target in targets(node):
                    if held(target, exempt):
                        yield source.at(node, f"{function.name} writes to {ast.unparse(target)}")
                if isinstance(node, ast.Call) and changes(node, exempt):
                    yield source.at(node, f"{function.name} changes what is held: {ast.unparse(node)[:60]}")


def held(target: ast.expr, exempt: bool) -> bool:
    """The target is an attribute of another object, or an entry of an attribute."""
    if isinstance(target, ast.Attribute):
        base = ast.unparse(target.value)
        return base not in ("self", "ctx") and not (exempt and base.startswith("self."))
    if isinstance(target, ast.Subscript):
        inner = target.value
        while isinstance(inner, ast.Subscript):
            inner = inner.value
        return isinstance(inner, ast.Attribute) and not (exempt and ast.unparse(inner).startswith("self."))
    return False


def changes(call: ast.Call, exempt: bool) -> bool:
    """The call changes a container that an object holds, or sets an attribute by its name."""
    function = call.func
    if ast.unparse(function) in ("object.__setattr__", "setattr"):
        return not exempt
    if not (isinstance(function, ast.Attribute) and function.attr in CHANGING):
        return False
    inner = function.value
    while isinstance(inner, ast.Subscript):
        inner = inner.value
    return isinstance(inner, ast.Attribute) and not (exempt and ast.unparse(inner).startswith("self."))
