"""Every block of Python in the pages runs, links lead somewhere, and every page can be reached."""

import re

import matplotlib
import pytest
import torch
from docutils.utils.math.latex2mathml import tex2mathml

from tests.docs.blocks import blocks_of
from tests.docs.pages import DOCS

ROOT = DOCS.parent
PAGES = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md") if "_build" not in path.parts)

# Pages with a test of their own, which runs them.
ELSEWHERE = {
    "compressive.md": "tests/physics/phase/test_page.py",
    "data.md": "tests/datasets/test_page.py",
    "design.md": "tests/test_design.py",
    "files.md": "tests/test_files_page.py",
    "losses.md": "tests/test_losses_page.py",
    "microscopy.md": "tests/test_microscopy_page.py",
    "noise.md": "tests/test_noise_page.py",
    "pet.md": "tests/physics/pet/test_page.py",
    "phase.md": "tests/physics/phase/test_page.py",
    "photographs.md": "tests/test_photographs_page.py",
    "sampling.md": "tests/sampling/test_page.py",
    "training.md": "tests/training/test_training_page.py",
}
HERE = [name for name in PAGES if "```python" in (DOCS / name).read_text(encoding="utf-8") and name not in ELSEWHERE]


@pytest.mark.parametrize("name", HERE)
def test_every_block_runs(name, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    matplotlib.use("Agg")
    names = {"__name__": "page"}
    with torch.random.fork_rng(devices=[]):
        for block in blocks_of((DOCS / name).read_text(encoding="utf-8")):
            if not block.reason:
                exec(compile(block.code, name, "exec"), names)


@pytest.mark.parametrize(("name", "place"), ELSEWHERE.items())
def test_other_pages_are_run_by_a_test_of_their_own(name, place) -> None:
    assert name in (ROOT / place).read_text(encoding="utf-8")
    assert "exec(" in (ROOT / place).read_text(encoding="utf-8") or name == "design.md"


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name) -> None:
    text = re.sub(r"^```.*?^```", "", (DOCS / name).read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        place, _, anchor = target.partition("#")
        if place.startswith("http") or "gallery/" in place:
            continue
        path = (DOCS / name).parent / place if place else DOCS / name
        assert path.exists(), f"{name}: {target}"
        if anchor:
            titles = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {slug(title) for title in titles}, f"{name}: {target}"


def slug(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def test_every_page_is_in_a_table_of_contents() -> None:
    listed = set()
    for name in PAGES:
        for block in re.findall(r"```\{toctree\}\n(.*?)```", (DOCS / name).read_text(encoding="utf-8"), re.DOTALL):
            rows = [line for line in block.splitlines() if line and not line.startswith(":")]
            listed |= {((DOCS / name).parent / row).resolve() for row in rows}
    assert {(DOCS / name).with_suffix("").resolve() for name in PAGES} - listed == {DOCS / "index"}


def test_docstrings_have_no_sessions_that_nobody_runs() -> None:
    assert not [path for path in (ROOT / "src").rglob("*.py") if ">>>" in path.read_text(encoding="utf-8")]


def test_formulas_can_be_shown() -> None:
    found = []
    for name in PAGES:
        text = re.sub(r"^```.*?^```|`[^`\n]*`", "", (DOCS / name).read_text(encoding="utf-8"), flags=re.DOTALL | re.M)
        found += re.findall(r"\$\$.+?\$\$|\$[^$\n]+?\$", text, re.DOTALL)
    assert len(found) > 50
    for formula in found:
        tex2mathml(formula.strip("$").strip(), as_block=formula.startswith("$$"))
