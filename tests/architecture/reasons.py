"""Why a run stopped is a value; nobody reads the sentence that tells it."""

import ast
from collections.abc import Iterator

from tests.architecture.source import Source

KINDS = {"converged", "diverged", "interrupted", "stopped", "reached", "failed"}
READING = {"startswith", "endswith", "split", "partition", "find"}

FAULTS = [
    {"x.py": "reason.startswith('converged')"},
    {"x.py": "why.startswith('diverged')"},
    {"x.py": "solution.reason[0].split()[0]"},
    {"x.py": "'interrupted' in restored.record.stopped"},
]
GOOD = [{"x.py": "text.startswith('#')"}]


def faults(sources: list[Source]) -> Iterator[str]:
    for source in sources:
        for node in source.nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READING:
                said = {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
                if "reason" in ast.unparse(node.func.value) or said & KINDS:
                    yield source.at(node, f"{ast.unparse(node)}; ask the value, do not read its words")
            if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In):
                left = node.left
                text = not isinstance(node.comparators[0], (ast.Tuple, ast.List, ast.Set))
                if isinstance(left, ast.Constant) and left.value in KINDS and text:
                    yield source.at(node, f"{ast.unparse(node)}; ask the value, do not read its words")
