"""Every source file that does something has a test file of its own: ``tests/a/test_b.py`` for ``a/b.py``.

Where one test file is about several source files, it says so: ``COVERS = ["preimage.a.b", "preimage.a.c"]``; it must
then name something that each of them defines.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import Source, planted

TESTS = Path(__file__).parents[1]

FAULTS = [
    {"physics/never_tested.py": "def f():\n    pass"},
    {"physics/never_tested.py": "class A:\n    def f(self):\n        pass"},
]
GOOD = [
    {"physics/never_tested.py": "class A:\n    x: int"},
    {"physics/__init__.py": "def f():\n    pass"},
    {"metric/_base.py": "def f():\n    pass"},
]


def faults(sources: list[Source]) -> Iterator[str]:
    covered = {module for modules in covers().values() for module in modules}
    for source in sources:
        if source.functions and not source.is_face and source.module not in covered and not own_test(source).exists():
            yield f"{source.name} has no test of its own; write {own_test(source).relative_to(TESTS.parent)}"


def own_test(source: Source) -> Path:
    path = TESTS / source.name
    return path.with_name(f"test_{path.stem.strip('_')}.py")


def covers() -> dict[Path, list[str]]:
    """The ``COVERS`` of all test files."""
    found: dict[Path, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if "\nCOVERS = " in text:
            for node in planted({path.name: text})[0].tree.body:
                if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "COVERS":
                    found[path] = ast.literal_eval(node.value)
    return found
