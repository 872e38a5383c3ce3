import ast
import re

import pytest

from tests.architecture.mirror import covers
from tests.architecture.source import read


def test_what_a_test_file_says_it_covers_is_there_and_is_named_in_it() -> None:
    sources = {source.module: source for source in read()}
    for path, modules in covers().items():
        text = path.read_text(encoding="utf-8")
        for module in modules:
            if module not in sources:
                pytest.fail(f"{path.name} covers {module}, which is not there")
            nodes = sources[module].tree.body
            names = {node.name for node in nodes if isinstance(node, (ast.ClassDef, ast.FunctionDef))}
            used = {name for name in names if re.search(rf"\b{name}\b", text)}
            assert used, f"{path.name} covers {module} but names nothing that it defines"
