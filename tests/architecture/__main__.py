"""Print what the rules find: ``python -m tests.architecture [rule ...]``; ``--tighten`` writes the counts into them."""

import importlib
import pkgutil
import re
import sys
from pathlib import Path

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
    print(f"{info.name}: {len(found)} of {rule.REMAINING}", *found, sep="\n  ")
    if "--tighten" in sys.argv:
        path = Path(rule.__file__ or "")
        text = re.sub(r"^REMAINING = \d+$", f"REMAINING = {len(found)}", path.read_text(), flags=re.MULTILINE)
        path.write_text(text)
