"""What an object holds changes in its constructor only, be it an attribute, an entry of a list or another's attribute.

Tensors, lists and objects of other libraries that a function made itself are its own. ``Worker`` classes may change
what they hold, and ``ctx`` is how an ``autograd.Function`` hands on what it knows. The ``__call__`` of a metaclass is a
constructor. A context manager may change what the whole process has (``sys.path``), and puts it back in ``finally``.
"""

import ast
from collections.abc import Iterator

from tests.architecture.assignments import targets
from tests.architecture.source import Function, Source, own_nodes
from tests.architecture.workers import workers

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
    {"x.py": "from preimage.y import A\ndef f():\n    a = A()\n    a.x = 1"},
    {"x.py": "class A:\n    def __call__(self, other):\n        other.x = 1"},
    {"x.py": "import sys\ndef f():\n    sys.path.insert(0, 'x')"},
    {"x.py": "import sys\n@contextmanager\ndef f():\n    sys.path.insert(0, 'x')\n    yield"},
]
GOOD = [
    {"x.py": "def f():\n    def g():\n        pass\n    g.__doc__ = 'x'\n    return g"},
    {"x.py": "def f():\n    x = []\n    x.append(1)\n    x[0] = 2\n    return x"},
    {"x.py": "class A:\n    def __init__(self):\n        self.x = []\n        self.x.append(1)"},
    {"x.py": "from preimage._worker import Worker\nclass A(Worker):\n    def f(self):\n        self.x.append(1)"},
    {"x.py": "from PIL import ImageDraw\ndef f(image):\n    draw = ImageDraw.Draw(image)\n    draw.fontmode = 'L'"},
    {
        "x.py": "class A(type):\n    def __call__(cls):\n        a = super().__call__()\n        a.x = 1\n"
        "        return a"
    },
    {
        "x.py": "class A:\n    def f(self):\n        a = type(self)()\n        for part in a.parts():\n"
        "            part.x = 1\n        return a"
    },
    {
        "x.py": "import sys\n@contextmanager\ndef f():\n    sys.path.insert(0, 'x')\n    try:\n        yield\n"
        "    finally:\n        sys.path.remove('x')"
    },
]


def faults(sources: list[Source]) -> Iterator[str]:
    changing = workers(sources)
    for source in sources:
        for owner, function in source.methods:
            exempt = function.name == "__init__" or (owner is not None and owner.name in changing)
            found = list(writes(function, exempt))
            if not found:
                continue
            free = made(function, source) | lent(function, source)
            if owner is not None and any(ast.unparse(base) == "type" for base in owner.bases):
                free |= built(function)
            for node, written, what in found:
                if root(written) not in free:
                    yield source.at(node, f"{function.name} {what}")


def writes(function: Function, exempt: bool) -> Iterator[tuple[ast.AST, ast.expr, str]]:
    """Statements that change what is held, the expression that they change, and what a message says of it."""
    for node in own_nodes(function):
        for target in targets(node):
            if held(target, exempt):
                yield node, target, f"writes to {ast.unparse(target)}"
        if isinstance(node, ast.Call) and changes(node, exempt):
            yield node, node.func, f"changes what is held: {ast.unparse(node)[:60]}"


def root(node: ast.expr) -> str:
    """The name that an expression of attributes and entries begins with."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return ast.unparse(node)


def made(function: Function, source: Source) -> set[str]:
    """The names of what the function made: functions, objects of other libraries or of its own class, their parts."""
    foreign = others(source) | {
        (alias.asname or alias.name).split(".")[0]
        for node in own_nodes(function)
        if isinstance(node, (ast.Import, ast.ImportFrom)) and not ast.unparse(node).startswith("from preimage")
        for alias in node.names
    }
    found = {node.name for node in own_nodes(function) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    for node in [*own_nodes(function)] * 2:  # the second time for parts of what is found after them
        own = foreign | found | {"type(self)"}
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and root(node.value.func) in own:
            found.add(ast.unparse(node.targets[0]))
        if isinstance(node, ast.For) and found & {
            name.id for name in ast.walk(node.iter) if isinstance(name, ast.Name)
        }:
            found |= {name.id for name in ast.walk(node.target) if isinstance(name, ast.Name)}
    return found


def lent(function: Function, source: Source) -> set[str]:
    """The modules whose state a context manager changes and puts back."""
    nodes = list(own_nodes(function))
    manages = any(ast.unparse(decorator) == "contextmanager" for decorator in function.decorator_list)
    return others(source) if manages and any(isinstance(node, ast.Try) and node.finalbody for node in nodes) else set()


def built(function: Function) -> set[str]:
    """The objects that the ``__call__`` of a metaclass constructs."""
    if function.name != "__call__":
        return set()
    return {
        ast.unparse(node.targets[0])
        for node in own_nodes(function)
        if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("super().__call__(")
    }


def others(source: Source) -> set[str]:
    """The names that a file has from other libraries."""
    return {
        (alias.asname or alias.name).split(".")[0]
        for node in source.tree.body
        if isinstance(node, (ast.Import, ast.ImportFrom)) and not ast.unparse(node).startswith("from preimage")
        for alias in node.names
    }


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
    if not isinstance(function, ast.Attribute):
        return isinstance(function, ast.Name) and function.id == "setattr" and not exempt
    if function.attr == "__setattr__" and ast.unparse(function.value) == "object":
        return not exempt
    if function.attr not in CHANGING:
        return False
    inner = function.value
    while isinstance(inner, ast.Subscript):
        inner = inner.value
    return isinstance(inner, ast.Attribute) and not (exempt and ast.unparse(inner).startswith("self."))
