"""A public name means one thing: no two modules define it.

What a module defines without an underscore and lists in ``__all__`` is public, unless the module itself is private.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator

from tests.architecture.source import Source, exported

REMAINING = 17

# What every recipe and every command has.
COMMON = {"main"}

FAULTS = [
    {"a.py": "__all__ = ['Job']\nclass Job: pass", "b.py": "__all__ = ['Job']\ndef Job(): pass"},
]
GOOD = [
    {"a.py": "__all__ = ['Job']\nclass Job: pass", "b.py": "from preimage.a import Job\n__all__ = ['Job']"},
    {"a.py": "__all__ = ['Job']\nclass Job: pass", "b.py": "class Job: pass"},
]


def faults(sources: list[Source]) -> Iterator[str]:
    homes: dict[str, list[str]] = defaultdict(list)
    for source in sources:
        public = set(exported(source) or ()) - COMMON
        for node in source.tree.body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name in public:
                homes[node.name].append(source.name)
    for name, files in sorted(homes.items()):
        if len(files) > 1:
            yield f"{name} is defined in {', '.join(sorted(set(files)))}; give one of them another name"
