"""The rules of the house: each is a module of ``tests/architecture``, which says what it asks for.

A rule has ``faults(sources)``, ``FAULTS`` (code that it must find) and ``GOOD`` (code that it must accept).
``REMAINING`` is the number of faults that are still to be mended; it goes down with them and never up.
``python -m tests.architecture circles`` prints what a rule finds.
"""

import importlib
import pkgutil
from functools import cache
from types import ModuleType

import pytest

import tests.architecture
from tests.architecture.source import planted, read

FILES = sorted(info.name for info in pkgutil.iter_modules(tests.architecture.__path__))
NAMES = [name for name in FILES if not name.startswith(("__", "test_"))]
MODULES = [importlib.import_module(f"tests.architecture.{name}") for name in NAMES]
RULES = [pytest.param(rule, id=rule.__name__.rpartition(".")[2]) for rule in MODULES if "faults" in vars(rule)]


@cache
def found_by(rule: ModuleType) -> list[str]:
    """What a rule finds in the package."""
    return list(rule.faults(read()))


@pytest.mark.parametrize("rule", RULES)
def test_rule(rule: ModuleType) -> None:
    found = found_by(rule)
    told = "\n".join([f"{len(found)} faults, at most {rule.REMAINING}: {rule.__doc__}", *found])
    assert len(found) <= rule.REMAINING, told


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
