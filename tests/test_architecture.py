"""The rules of the house: each is a module of ``tests/architecture``, which says what it asks for.

A rule has ``faults(sources)``, ``FAULTS`` (code that it must find) and ``GOOD`` (code that it must accept).
``python -m tests.architecture circles`` prints what a rule finds.
"""

import ast
import importlib
import pkgutil
import re
from types import ModuleType

import pytest

import tests.architecture
from tests.architecture.mirror import covers
from tests.architecture.source import planted, read

FILES = sorted(info.name for info in pkgutil.iter_modules(tests.architecture.__path__))
NAMES = [name for name in FILES if not name.startswith(("__", "test_"))]
MODULES = [importlib.import_module(f"tests.architecture.{name}") for name in NAMES]
RULES = [pytest.param(rule, id=rule.__name__.rpartition(".")[2]) for rule in MODULES if "faults" in vars(rule)]


@pytest.mark.parametrize("rule", RULES)
def test_rule(rule: ModuleType) -> None:
    found = list(rule.faults(read()))
    assert not found, "\n".join([f"{len(found)} faults: {rule.__doc__}", *found])


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_finds_what_it_is_there_for(rule: ModuleType) -> None:
    assert rule.FAULTS
    for code in rule.FAULTS:
        assert list(rule.faults(planted(code))), code


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_accepts_good_code(rule: ModuleType) -> None:
    good = "class A:\n    def __init__(self, a):\n        self.a = a\n\ndef f(**k):\n    return g(**k) if k else 1"
    for code in [{"_tree.py": good}, *vars(rule).get("GOOD", ())]:
        assert not list(rule.faults(planted(code))), code


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
