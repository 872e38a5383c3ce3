"""Every argument of what a face exports is told in its docstring, or in that of a class from which it derives.

``@task_function`` tells of the arguments that all tasks of ``restore`` share.
"""

import ast
import re
from collections.abc import Iterator

from tests.architecture.source import Function, Source, shown_by_faces

SHARED = {"image", "method", "progress", "options"}

FACE = "from preimage.physics.x import f\n__all__ = ['f']"
OWN = "__all__ = ['f']\n"

FAULTS = [
    {"physics/__init__.py": FACE, "physics/x.py": OWN + "def f(size):\n    '''A disc.'''"},
    {"physics/__init__.py": FACE, "physics/x.py": OWN + "def f(size, resize):\n    '''A disc.\n\n    resize: no.'''"},
    {"physics/__init__.py": FACE, "physics/x.py": OWN + "class f:\n    def __init__(self, size):\n        pass"},
    {"physics/__init__.py": FACE, "physics/x.py": OWN + "@dataclass\nclass f:\n    '''A disc.'''\n    size: int"},
]
GOOD = [
    {"physics/__init__.py": FACE, "physics/x.py": OWN + "def f(size):\n    '''A disc of ``size`` pixels.'''"},
    {"physics/__init__.py": FACE, "physics/x.py": OWN + "def f(h, w):\n    '''A disc.\n\n    h, w: its sides.'''"},
    {
        "physics/__init__.py": FACE,
        "physics/y.py": "class Above:\n    '''Args:\n        size: of it.'''",
        "physics/x.py": OWN + "class f(Above):\n    '''A disc.'''\n    def __init__(self, size):\n        pass",
    },
    {"physics/x.py": OWN + "def f(size):\n    '''A disc, which no face exports.'''"},
    {
        "physics/__init__.py": FACE,
        "physics/x.py": OWN + "@overload\ndef f(size): ...\ndef f(size):\n    '''``size``.'''",
    },
]


def faults(sources: list[Source]) -> Iterator[str]:
    shown = shown_by_faces(sources)
    classes = {node.name: node for source in sources for node in source.classes}
    for source in sources:
        for node in source.tree.body:
            if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                continue
            if (source.module, node.name) in shown and source.part != "cli":
                texts = list(docstrings(node, classes))
                for name in arguments(node):
                    if not any(tells(text, name) for text in texts):
                        yield source.at(node, f"the docstring of {node.name} does not tell of `{name}`")


def arguments(node: ast.FunctionDef | ast.ClassDef) -> list[str]:
    """What a caller may give."""
    decorators = {ast.unparse(decorator).split("(")[0].split(".")[-1] for decorator in node.decorator_list}
    if "overload" in decorators:  # a type of the function that follows, which tells of them
        return []
    if isinstance(node, ast.FunctionDef):
        given = names_of(node)
        return [name for name in given if name not in SHARED] if "task_function" in decorators else given
    if "dataclass" in decorators:
        fields = [part for part in node.body if isinstance(part, ast.AnnAssign) and is_given(part)]
        return [ast.unparse(part.target) for part in fields if not ast.unparse(part.target).startswith("_")]
    constructor = [part for part in node.body if isinstance(part, ast.FunctionDef) and part.name == "__init__"]
    return names_of(constructor[0])[1:] if constructor else []


def is_given(part: ast.AnnAssign) -> bool:
    """A field of a dataclass is an argument of its constructor."""
    value = "" if part.value is None else ast.unparse(part.value)
    return "ClassVar" not in ast.unparse(part.annotation) and "init=False" not in value


def names_of(function: Function) -> list[str]:
    given = function.args
    listed = [*given.posonlyargs, *given.args, *([given.vararg] if given.vararg else []), *given.kwonlyargs]
    names = [argument.arg for argument in [*listed, *([given.kwarg] if given.kwarg else [])]]
    return [name for name in names if not name.startswith("_")]


def docstrings(node: ast.FunctionDef | ast.ClassDef, classes: dict[str, ast.ClassDef]) -> Iterator[str]:
    """The docstring of a function; of a class those of the classes above it, too."""
    yield ast.get_docstring(node) or ""
    for base in node.bases if isinstance(node, ast.ClassDef) else ():
        above = classes.get(ast.unparse(base).split("[")[0].split(".")[-1])
        if above is not None and above is not node:
            yield from docstrings(above, classes)


def tells(text: str, name: str) -> bool:
    listed = re.search(rf"^ *(?:[\w*, ]+, )?\**{name}(?:, [\w*, ]+)?:", text, re.MULTILINE)
    return listed is not None or f"``{name}``" in text
