"""Print what the rules find: ``python -m tests.architecture [rule ...]``."""

import importlib
import pkgutil
import sys

import tests.architecture
from tests.architecture.source import read

asked = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
sources = read()
for info in pkgutil.iter_modules(tests.architecture.__path__):
    if info.name.startswith(("__", "test_")) or (asked and info.name not in asked):
        continue
    rule = importlib.import_module(f"tests.architecture.{info.name}")
    if "faults" not in vars(rule):
        continue
    found = list(rule.faults(sources))
    print(f"{info.name}: {len(found)} faults", *found, sep="\n  ")
