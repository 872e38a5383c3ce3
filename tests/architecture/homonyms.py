"""A public name means one thing: no two modules define it.

What a module defines without an underscore and lists in ``__all__`` is public, unless the module itself is private. A
command is called what users type: ``explain`` in ``cli/explain.py`` runs ``preimage.explain.explain``. And every module
that can be run has a ``main``.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import Source

COMMON = {"main"}

FAULTS = [
    {"cli/a.py": "__all__ = ['b']\ndef b(): pass", "b.py": "__all__ = ['b']\ndef b(): pass"},
    {"a.py": "__all__ = ['Job']\nclass Job: pass", "b.py": "__all__ = ['Job']\ndef Job(): pass"},
]
GOOD = [
    {"cli/a.py": "__all__ = ['a']\ndef a(): pass", "b.py": "__all__ = ['a']\ndef a(): pass"},
    {"a.py": "__all__ = ['Job']\nclass Job: pass", "b.py": "from preimage.a import Job\n__all__ = ['Job']"},
    {"a.py": "__all__ = ['Job']\nclass Job: pass", "b.py": "class Job: pass"},
]


def faults(sources: list[Source]) -> Iterator[str]:
    homes: dict[str, list[str]] = defaultdict(list)
    for source in sources:
        public = set(source.exported or ()) - COMMON - commands(source)
        for node in source.tree.body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name in public:
                homes[node.name].append(source.name)
    for name, files in sorted(homes.items()):
        if len(set(files)) > 1:  # an overloaded function is defined several times in one
            yield f"{name} is defined in {', '.join(sorted(set(files)))}; give one of them another name"


def commands(source: Source) -> set[str]:
    """The command that a module of the command line defines, named like the module."""
    return {Path(source.name).stem} if source.part == "cli" else set()
