"""The pages of the API: one for each public name, made from the ``__all__`` of the packages."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from sphinx.application import Sphinx

import preimage

__all__ = ["Entry", "entries", "homes", "setup", "write_pages"]

# Their names are commands, or for those who work on preimage itself.
NOT_SHOWN = ("preimage.cli", "preimage.web", "preimage.kernels", "preimage.files", "preimage.machine")


@dataclass(frozen=True)
class Entry:
    """A public name.

    Attributes:
        name: the shortest by which it is imported, such as "preimage.optim.TVPrior".
        home: the package in whose folder it is defined, "preimage.optim.prior".
        value: what it is.
        others: the other names it can be imported by.
    """

    name: str
    home: str
    value: Any
    others: tuple[str, ...]

    @property
    def page(self) -> str:
        """The name of its page, relative to the documents."""
        return f"api/parts/{self.name}"

    @property
    def summary(self) -> str:
        """The first sentence of its docstring."""
        text = inspect.getdoc(self.value) if callable(self.value) else None
        return " ".join((text or "A constant.").split("\n\n")[0].split())


def packages() -> list[ModuleType]:
    """The packages and modules whose public names have pages."""
    names = [
        "preimage",
        *(found.name for found in pkgutil.walk_packages(preimage.__path__, "preimage.") if found.ispkg),
    ]
    shown = [name for name in names if not name.startswith(NOT_SHOWN) and "._" not in name]
    return [module for module in map(importlib.import_module, shown) if "__all__" in vars(module)]


def public_names(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """Every public name of ``module`` with its value; those of modules it names, too."""
    for name in module.__all__:
        value = getattr(module, name)
        if not inspect.ismodule(value):
            yield f"{module.__name__}.{name}", value
        elif not value.__name__.startswith(NOT_SHOWN) and not hasattr(value, "__path__"):
            yield from ((f"{module.__name__}.{name}.{inner}", getattr(value, inner)) for inner in value.__all__)


@cache
def entries() -> tuple[Entry, ...]:
    """All public names, each value once, sorted by name."""
    found: dict[Any, tuple[Any, list[str]]] = {}
    for module in packages():
        for name, value in public_names(module):
            shared = callable(value) and not isinstance(value, (str, tuple))
            found.setdefault(id(value) if shared else name, (value, []))[1].append(name)
    made = [entry_of(value, sorted(names, key=lambda name: (name.count("."), name))) for value, names in found.values()]
    return tuple(sorted(made, key=lambda entry: entry.name))


def entry_of(value: Any, names: list[str]) -> Entry:
    """The entry of a value that can be imported by ``names``, the shortest first."""
    deepest = max(names, key=lambda name: (name.count("."), name))
    home = deepest.rpartition(".")[0]
    return Entry(names[0], home, value, tuple(names[1:]))


def homes() -> dict[str, list[Entry]]:
    """The entries of each package, by its name."""
    found: dict[str, list[Entry]] = {}
    for entry in entries():
        found.setdefault(entry.home, []).append(entry)
    return dict(sorted(found.items()))


def setup(app: Sphinx) -> dict[str, Any]:
    """Write the pages before they are read, and lead from all names of a value to its page."""
    app.connect("builder-inited", lambda app: write_pages(Path(app.srcdir)))
    app.connect("autodoc-process-docstring", label)
    app.connect("missing-reference", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write_pages(folder: Path) -> None:
    """One page for each package and public name, below ``folder/api``; those that stay the same are not touched."""
    parts = folder / "api" / "parts"
    parts.mkdir(parents=True, exist_ok=True)
    pages = {f"{home}.rst": package_page(home, found) for home, found in homes().items()}
    pages = {f"package-{name}": text for name, text in pages.items()}
    pages |= {f"{entry.name}.rst": entry_page(entry) for entry in entries()}
    for path in parts.glob("*.rst"):
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        path = parts / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def heading(text: str) -> str:
    """A title of a page."""
    shown = text.replace("_", r"\_")
    return f"{shown}\n{'=' * len(shown)}\n\n"


def package_page(home: str, found: list[Entry]) -> str:
    """A table of the names of a package, with the first sentence of each."""
    module = importlib.import_module(home)
    rows = [
        f"   * - :doc:`{entry.name.removeprefix('preimage.')} <{entry.name}>`\n     - {entry.summary}"
        for entry in found
    ]
    text = inspect.getdoc(module) or ""
    return f"{heading(home)}{text}\n\n.. list-table::\n   :widths: 35 65\n\n" + "\n".join(rows) + "\n"


def entry_page(entry: Entry) -> str:
    """What a name is, from its docstring."""
    module, _, name = entry.name.rpartition(".")
    kind, options = "autodata", ""
    if inspect.isclass(entry.value):
        kind, options = "autoclass", "   :members:\n   :show-inheritance:\n"
    elif inspect.isroutine(entry.value):
        kind = "autofunction"
    text = f":orphan:\n\n{heading(name)}Of :doc:`{entry.home} <package-{entry.home}>`.\n\n"
    page = f"{text}.. currentmodule:: {module}\n\n.. {kind}:: {name}\n{options}"
    return f"{page}{inherited_arguments(entry.value)}{examples_of(name)}"


def inherited_arguments(value: Any) -> str:
    """What the bases of a class say of arguments of which its own docstring says nothing."""
    if not inspect.isclass(value):
        return ""
    own, lines = arguments_told(value), list[str]()
    for name in inspect.signature(value.__init__).parameters:
        told = next((found[name] for base in value.__mro__[1:] if name in (found := arguments_told(base))), None)
        if name not in own and told is not None:
            lines.append(f"* **{name}**: {plain_signs(told)}")
    return "\n**Arguments as of its bases.**\n\n" + "\n".join(lines) + "\n" if lines else ""


@cache
def arguments_told(cls: type) -> dict[str, str]:
    """The arguments and fields that the docstring of a class tells of."""
    found = re.findall(r"^    ([\w, ]+): (.+(?:\n {5,}.+)*)", inspect.cleandoc(cls.__doc__ or ""), re.MULTILINE)
    return {name.strip(): " ".join(text.split()) for names, text in found for name in names.split(",")}


@cache
def examples() -> dict[str, str]:
    """The text of each example by its name."""
    folder = Path(__file__).parents[2] / "examples"
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py"))}


@cache
def calls() -> dict[str, set[str]]:
    """The names that each example calls."""
    return {stem: set(re.findall(r"(?<!def )\b(\w+)\(", text)) for stem, text in examples().items()}


def examples_of(name: str) -> str:
    """Links to the examples that use a name: eight at most."""
    used = [stem for stem, names in calls().items() if name in names][:8]
    links = [f":doc:`{title_of(examples()[stem])} </gallery/{stem}>`" for stem in used]
    return f"\n**Examples.** {'; '.join(links)}.\n" if links else ""


def title_of(text: str) -> str:
    """The title of an example: the first line of its docstring."""
    return text.split('"""', 1)[1].strip().split("\n")[0].replace("<", "").replace("`", "")


def label(app: Sphinx, what: str, name: str, value: Any, options: Any, lines: list[str]) -> None:
    """Set off what a paragraph is about, where it says so, and take stars and bars between words for what they are."""
    for number, line in enumerate(lines):
        lines[number] = line = plain_signs(line)
        for word in ("Shapes:", "Source:", "Sources:", "Shape:"):
            if line.startswith(word):
                lines[number] = f"**{word[:-1]}.**{line[len(word) :]}"


def plain_signs(line: str) -> str:
    """A line whose ``*`` and ``|`` outside of code mark nothing: docstrings emphasise nothing."""
    pieces = re.split(r"(^\s*\* |``.*?``|`[^`]+`|:param \*+\w+:)", line)
    return "".join(
        re.sub(r"(?<!\\)([*|])", r"\\\1", part) if not number % 2 else part for number, part in enumerate(pieces)
    )


@cache
def canonical() -> dict[str, str]:
    """The page's name of every other name."""
    return {other: entry.name for entry in entries() for other in entry.others}


def resolve(app: Sphinx, env: Any, node: Any, contnode: Any) -> Any:
    """Lead a reference by another name to the page of what it names."""
    target = node.get("reftarget", "")
    known = canonical()
    head, _, method = target.rpartition(".")
    name = known.get(target) or (f"{known[head]}.{method}" if head in known else None)
    if node.get("refdomain") != "py" or name is None:
        return None
    domain = env.get_domain("py")
    return domain.resolve_xref(env, node["refdoc"], app.builder, "obj", name, node, contnode)
