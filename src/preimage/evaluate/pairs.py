"""Which result belongs to which reference."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from preimage.errors import ImageFileError
from preimage.files.formats.table import FORMATS, suffixes

__all__ = ["Pairs", "find_pairs", "list_pictures"]

# What may stand between the name of a picture and what was done to it: photo_denoised, photo-x2, photo.restored.
_ENDS = ("_", "-", ".", " ")


@dataclass(frozen=True)
class Pairs:
    """Results with their references.

    Attributes:
        pairs: (result, reference), in the order of the results; a reference may have several results, or be ``None``
            where none is needed.
        lone_results: results without a reference.
        lone_references: references without a result.
    """

    pairs: tuple[tuple[Path, Path | None], ...]
    lone_results: tuple[Path, ...] = ()
    lone_references: tuple[Path, ...] = ()


def list_pictures(path: Path, name: str) -> list[Path]:
    """The file ``path``, or the files of the folder ``path`` that end like a format that is read, by their names.

    Args:
        path: a file or a folder; folders inside it and hidden files are passed over.
        name: the argument that messages name.

    Raises:
        ImageFileError: there is no such file or folder, or nothing in it.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise ImageFileError(f"`{name}` must be a file or a folder, got {path}, which is not there; check the name.")
    known = suffixes(FORMATS)
    found = [
        entry
        for entry in sorted(path.iterdir())
        if entry.suffix.lower() in known and not entry.name.startswith(".") and entry.is_file()
    ]
    if not found:
        raise ImageFileError(f"`{name}` must hold pictures, got none in {path}; check the name.")
    return found


def find_pairs(results: Sequence[Path], references: Sequence[Path]) -> Pairs:
    """Pair files by their names without suffix; one result and one reference are a pair whatever their names are.

    A result belongs to the reference of the same name; or else to the one with the longest name that its own goes on
    from after ``_``, ``-``, ``.`` or a space, as ``photo_denoised.png`` does from ``photo.png``; or else to the only
    one whose name goes on from its own, as ``photo_clean.png`` does. Upper and lower case are the same.
    """
    if len(results) == len(references) == 1:
        return Pairs(((results[0], references[0]),))
    found = {result: _partner(result, references) for result in results}
    pairs = tuple((result, reference) for result, reference in found.items() if reference is not None)
    taken = {reference for _, reference in pairs}
    return Pairs(
        pairs,
        tuple(result for result, reference in found.items() if reference is None),
        tuple(reference for reference in references if reference not in taken),
    )


def _partner(result: Path, references: Sequence[Path]) -> Path | None:
    own = result.stem.casefold()
    names = {reference: reference.stem.casefold() for reference in references}
    for fits in (
        [reference for reference, name in names.items() if name == own],
        _longest({reference: name for reference, name in names.items() if own.startswith(_continued(name))}),
        [reference for reference, name in names.items() if name.startswith(_continued(own))],
    ):
        if fits:
            return fits[0] if len(fits) == 1 else None
    return None


def _continued(name: str) -> tuple[str, ...]:
    return tuple(name + end for end in _ENDS)


def _longest(names: dict[Path, str]) -> list[Path]:
    most = max(map(len, names.values()), default=0)
    return [reference for reference, name in names.items() if len(name) == most]
