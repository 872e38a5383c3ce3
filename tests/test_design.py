"""The pages "How to add ..." of ``docs/design.md``: what they show is put in its place, as they say, and tested."""

import ast
import importlib
import inspect
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
import torch

from tests.architecture.source import ROOT, planted
from tests.test_architecture import RULES
from tests.test_contracts import drive, images

DESIGN = Path(__file__).parents[1] / "docs" / "design.md"

# How many files are touched, at most: by the page, and by what is not code in it (the README's list, a table of tests).
MOST = {"operator": 5, "prior": 5, "algorithm": 6, "denoiser": 4, "task": 3, "method": 3, "format": 3, "command": 4}

Files = dict[str, str]


def pages() -> dict[str, Files]:
    """For each thing to add the files that its page shows, by their paths."""
    found: dict[str, Files] = {}
    for section in DESIGN.read_text(encoding="utf-8").split("\n## ")[1:]:
        title = re.match(r"How to add an? (\w+)[^\n]*\n", section)
        if title is not None:
            blocks = re.findall(r"^```python\n# (\S+\.py)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
            found[title[1]] = dict(blocks)
    return found


PAGES = pages()


def dotted(path: str) -> str:
    return path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@pytest.fixture(params=sorted(PAGES))
def page(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[str, Files]:
    """A page whose source files are in their places while the test runs."""
    files = PAGES[request.param]
    for path, code in files.items():
        if (DESIGN.parents[1] / path).exists():
            edit(importlib.import_module(dotted(path)), code, monkeypatch)
        elif path.startswith("src/"):
            put(path, code, monkeypatch)
    return request.param, files


def put(path: str, code: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module that a file would be."""
    assert not (DESIGN.parents[1] / path).exists(), f"{path} is there; the page needs another example"
    module = ModuleType(dotted(path))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(code, path, "exec"), vars(module))
    return module


def edit(module: ModuleType, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a module would be with lines added to it."""
    names = dict(vars(module))
    exec(compile(code, module.__name__, "exec"), names)
    for name, value in names.items():
        if vars(module).get(name) is not value:
            monkeypatch.setattr(module, name, value, raising=False)


def test_there_is_a_page_for_each() -> None:
    assert set(PAGES) == set(MOST)
    for name, files in PAGES.items():
        assert len(files) <= MOST[name]
        assert any(path.startswith("tests/") for path in files)


@pytest.mark.filterwarnings("ignore::preimage.errors.ConvergenceWarning")
def test_what_a_page_shows_works(
    page: tuple[str, Files], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its tests pass, and its examples keep the contracts."""
    (path,) = [path for path in page[1] if path.startswith("tests/")]
    names = vars(put(path, page[1][path], monkeypatch))
    given = {"rng": torch.Generator().manual_seed(0), "tmp_path": tmp_path, "capsys": capsys}
    tests = [value for name, value in names.items() if name.startswith("test_")]
    assert tests
    for test in tests:
        test(**{name: given[name] for name in inspect.signature(test).parameters})
    for cls, examples in names.get("EXAMPLES", {}).items():
        for example in examples:
            assert type(example.make()) is cls
            drive(example.make(), images(example.shape, torch.float32), example)
            if example.complex:
                drive(example.make(), images(example.shape, torch.complex64), example)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("name", sorted(PAGES))
def test_what_a_page_shows_keeps_the_rules(name: str, rule: ModuleType) -> None:
    files = {path.removeprefix("src/preimage/"): code for path, code in PAGES[name].items()}
    there = {path for path in files if (ROOT / path).exists() or path.startswith("tests/")}
    code = {path: text for path, text in files.items() if path not in there}
    if rule.__name__.endswith(("faces", "mirror")):  # they look at files that are not there
        return
    assert not list(rule.faults(planted(code)))


def test_the_tree_is_the_tree_of_the_source() -> None:
    block = re.search(
        r"^```text\nsrc/preimage/\n(.*?)^```$", DESIGN.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert block is not None
    told, path = {}, []
    for line in block[1].splitlines():
        indent, name, what = re.fullmatch(r"( *)(\w+)/ +(.*)", line).groups()
        path = [*path[: len(indent) // 2], name]
        told["/".join(path)] = what
    packages = [file.parent for file in ROOT.rglob("__init__.py") if file.parent != ROOT]
    assert told == {package.relative_to(ROOT).as_posix(): first_sentence(package) for package in packages}


def first_sentence(package: Path) -> str:
    text = ast.get_docstring(ast.parse((package / "__init__.py").read_text(encoding="utf-8"))) or ""
    return text.split("\n\n")[0].replace("\n", " ").rstrip(".").replace("``", "`")
