"""Publications that a docstring names: by authors, title, place and year, or by authors and year alone."""

import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from preimage.cli.citing.publication import Publication, letters_of

__all__ = ["known_publications", "publications_of", "references_of"]

_TABLE = Path(__file__).parents[2] / "publications.toml"
_YEAR = re.compile(r"\b(1[6-9]\d\d|20\d\d)\b")
_TITLED = re.compile(r'([^"]*)"([^"]+)"([^"]*)')


@cache
def known_publications() -> dict[str, Publication]:
    """The rows of ``publications.toml`` by their keys."""
    toml = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    rows = toml.loads(_TABLE.read_text(encoding="utf-8"))
    return {key: Publication(year=key.rpartition("-")[2], **row) for key, row in rows.items()}


def references_of(value: Any) -> tuple[str, ...]:
    """What stands under "Source:" in its docstring, reference by reference; nothing where there is no such section."""
    found = re.search(r"^Sources?: (.*?)(?:\n\n|\Z)", inspect.getdoc(value) or "", re.DOTALL | re.MULTILINE)
    if found is None:
        return ()
    text = re.sub(r"``|:\w+:`~?([\w.]+)`", r"\1", " ".join(found[1].split()))
    return tuple(part.strip(" .") for part in re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', text))


def publications_of(reference: str) -> tuple[Publication, ...]:
    """The publications that one reference names; none where it names no publication."""
    return tuple(_titled(reference)) or tuple(_known(reference))


def _titled(reference: str) -> Iterator[Publication]:
    """Those whose titles stand in quotation marks."""
    authors = ""
    for before, title, after in _TITLED.findall(reference):
        told = re.sub(r"^.*?:\s", "", before).strip(" ,")
        authors = authors if told in {"", "and"} else told
        preprint = re.search(r"arXiv:? ?(\d\d)\d\d\.\d+", after)
        year = _YEAR.search(after if preprint is None else after.replace(preprint[0], ""))
        place = after[: year.start()] if year else preprint[0] if preprint else ""
        when = year[1] if year else f"20{preprint[1]}" if preprint else ""
        yield Publication(_names(authors), title.strip(" ,."), _place(place), when)


def _known(reference: str) -> Iterator[Publication]:
    """Those of the table whose first author and year are named, and of several alike the one that says more."""
    rows = known_publications()
    for year in dict.fromkeys(_YEAR.findall(reference)):
        before = letters_of(reference.partition(year)[0])
        fits = [key for key in rows if key.endswith(year) and all(name in before for name in key.split("-")[:-1])]
        if fits:
            yield rows[max(fits, key=lambda key: (key.count("-"), len(key)))]


def _names(authors: str) -> str:
    """As BibTeX joins them."""
    authors, others = re.subn(r",? et al\.?", "", authors)
    names = [name.strip() for name in re.split(r", | & | and ", authors) if name.strip()]
    return " and ".join([*names, "others"] if others else names)


def _place(text: str) -> str:
    """Where it appeared, without marks around it."""
    return re.sub(r"^(?:in|and)\s+", "", text.strip(" ,.():")).strip(" ,.():")
