"""The sections of a docstring, as plain text."""

import inspect
import re
from dataclasses import dataclass, field

__all__ = ["Docstring", "plain"]

_HEADING = re.compile(r"(Args|Attributes|Shapes|Raises|Returns|Source|Example):(?:\s+(.*))?$")
_ARGUMENT = re.compile(r"\s{4}(\w+(?:, \w+)*):\s*(.*)$")


@dataclass(frozen=True)
class Docstring:
    """What a docstring says, section by section.

    Attributes:
        title: the first line.
        body: the paragraphs after it that belong to no section.
        sections: the other ones by their heading: ``Shapes``, ``Raises``, ``Source``.
        arguments: what is said of each argument, on one line.
    """

    title: str
    body: tuple[str, ...] = ()
    sections: dict[str, str] = field(default_factory=dict)
    arguments: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def of(cls: type) -> "Docstring":
        """The docstring of a class; what it does not tell of shapes and arguments is taken from the classes above."""
        own, *above = [_parse(kind.__doc__) for kind in cls.__mro__ if kind.__module__.startswith(_root(cls))]
        sections, arguments = own.sections, own.arguments
        for other in above:
            sections = {**{name: text for name, text in other.sections.items() if name == "Shapes"}, **sections}
            arguments = {**other.arguments, **arguments}
        return Docstring(own.title, own.body, sections, arguments)


def plain(text: str) -> str:
    """``text`` without the marks of reStructuredText, on one line."""
    text = re.sub(r":\w+:`~?(?:[\w.]+\.)?(\w+)`", r"\1", text)
    return " ".join(text.replace("``", "").split())


def _root(cls: type) -> str:
    return cls.__module__.partition(".")[0]


def _parse(text: str | None) -> Docstring:
    lines = inspect.cleandoc(text or "").splitlines()
    body: list[str] = []
    found: dict[str, list[str]] = {}
    heading = ""
    for number, line in enumerate(lines[1:], 1):
        starts = _HEADING.match(line)
        if starts:
            heading = starts[1]
            found[heading] = [starts[2] or ""]
        elif heading and (line.startswith(" ") or not line or lines[number - 1]):
            found[heading].append(line)
        else:
            heading = ""
            body.append(line)
    paragraphs = [plain(part) for part in re.split(r"\n\s*\n", "\n".join(body)) if part.strip()]
    arguments = _arguments(found.pop("Args", []))
    sections = {name: plain(" ".join(part)) for name, part in found.items()}
    return Docstring(plain(lines[0]) if lines else "", tuple(paragraphs), sections, arguments)


def _arguments(lines: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    names: list[str] = []
    for line in lines:
        if starts := _ARGUMENT.match(line):
            names = starts[1].split(", ")
            found |= dict.fromkeys(names, starts[2])
        else:
            found |= {name: f"{found[name]} {line.strip()}" for name in names}
    return {name: plain(text) for name, text in found.items()}
