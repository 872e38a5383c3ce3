"""What a face exports tells which errors of ours it raises: ``Raises:`` in its docstring or in that of a class above.

For a class that is what its constructor raises; of a method, its own docstring may tell.
"""

import ast
from collections.abc import Iterator

import preimage.errors
from tests.architecture.arguments import docstrings
from tests.architecture.source import Function, Source, shown_by_faces

ERRORS = {name for name in preimage.errors.__all__ if name.endswith("Error")}

FACE = "from preimage.physics.x import f\n__all__ = ['f']"
OWN = "__all__ = ['f']\n"

FAULTS = [
    {"physics/__init__.py": FACE, "physics/x.py": OWN + "def f():\n    '''Do it.'''\n    raise ArgumentError('x')"},
    {
        "physics/__init__.py": FACE,
        "physics/x.py": OWN + "class f:\n    '''One.'''\n    def __init__(self):\n        raise ShapeError('x')",
    },
    {
        "physics/__init__.py": FACE,
        "physics/x.py": OWN
        + "class f:\n    '''One.'''\n    def g(self):\n        '''Do it.'''\n        raise ShapeError('x')",
    },
]
GOOD = [
    {
        "physics/__init__.py": FACE,
        "physics/x.py": OWN + "def f():\n    '''Do it.\n\n    Raises:\n        ArgumentError: always.\n    '''\n"
        "    raise ArgumentError('x')",
    },
    {"physics/__init__.py": FACE, "physics/x.py": OWN + "def f():\n    '''Do it.'''\n    raise NotImplementedError"},
    {"physics/x.py": OWN + "def f():\n    '''Shown by no face.'''\n    raise ArgumentError('x')"},
]


def faults(sources: list[Source]) -> Iterator[str]:
    shown = shown_by_faces(sources)
    classes = {node.name: node for source in sources for node in source.classes}
    for source in sources:
        for node in source.tree.body:
            if not isinstance(node, (ast.FunctionDef, ast.ClassDef)) or (source.module, node.name) not in shown:
                continue
            told = any("Raises:" in text for text in docstrings(node, classes))
            for function in [node] if isinstance(node, ast.FunctionDef) else methods(node):
                text = ast.get_docstring(function) or ""
                if raised(function) and not told and "Raises:" not in text:
                    errors = ", ".join(sorted(raised(function)))
                    yield source.at(function, f"{node.name} raises {errors}, which no docstring tells")


def methods(owner: ast.ClassDef) -> Iterator[Function]:
    """The constructor, and the methods with a docstring of their own."""
    for part in owner.body:
        if isinstance(part, ast.FunctionDef):
            public = not part.name.startswith("_") and ast.get_docstring(part) is not None
            if public or part.name in ("__init__", "__post_init__"):
                yield part


def raised(function: Function) -> set[str]:
    """The errors of ours that a function raises itself."""
    calls = [node.exc for node in ast.walk(function) if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)]
    return {ast.unparse(call.func) for call in calls} & ERRORS
