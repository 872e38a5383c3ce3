"""``**kwargs`` goes whole to one callee; beyond that it may only be asked whether it is empty."""

import ast
from collections.abc import Iterator

from tests.architecture.reflection import REFLECTIVE
from tests.architecture.source import Source

FAULTS = [
    {"x.py": "def f(**kw):\n    return kw['a']"},
    {"x.py": "def f(**kw):\n    g(**kw)\n    h(**kw)"},
]
GOOD = [{"x.py": "def f(**k):\n    return g(**k) if k else 1"}]


def faults(sources: list[Source]) -> Iterator[str]:
    for source in sources:
        if source.name in REFLECTIVE:
            continue
        for function in source.functions:
            if function.args.kwarg is None:
                continue
            name = function.args.kwarg.arg
            uses = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == name]
            calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
            forwarded = [k.value for call in calls for k in call.keywords if k.arg is None]
            tests = [node.test for node in ast.walk(function) if isinstance(node, (ast.If, ast.IfExp))]
            forwarded = [use for use in uses if use in forwarded]
            if len(forwarded) != 1 or any(use not in forwarded and use not in tests for use in uses):
                yield source.at(function, f"**{name} of {function.name} must be forwarded whole to one callee")
