"""``preimage explain``."""

import re
import warnings
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from preimage._optional import require
from preimage.cli.interrupts import import_interruptibly
from preimage.cli.output import say
from preimage.cli.progress import bar
from preimage.errors import ArgumentError
from preimage.files.formats.table import titles

__all__ = ["explain"]


def explain(
    image: Annotated[Path, Parameter(name="INPUT", help=f"A picture: {titles()}.")],
    *,
    at: Annotated[
        str | None,
        Parameter(help="ROW,COLUMN from 0 at the top left of the pixel to explain; by default a telling one."),
    ] = None,
    sigma: Annotated[str, Parameter(help="Noise level: auto, or like 25/255 or 0.098.")] = "auto",
    weights: Annotated[
        str | None, Parameter(help="Weights of a sparse model, by their name in preimage.zoo; by default groupsc-....")
    ] = None,
    pattern: Annotated[
        Literal["RGGB", "BGGR", "GRBG", "GBRG"] | None,
        Parameter(help="INPUT is a raw Bayer mosaic, stored as a grey picture, of this 2x2 cell."),
    ] = None,
    output: Annotated[
        Path | None,
        Parameter(
            name=["--output", "-o"],
            help="A .png or .html file, or a folder for both; by default STEM.explain.png and .html beside INPUT.",
        ),
    ] = None,
    overwrite: Annotated[bool, Parameter(negative=(), help="Replace files that exist.")] = False,
) -> int:
    """Show what a sparse model does with a picture.

    Drawn are its dictionary sorted by use, and for one pixel: how its patch is put together from atoms, which patches
    are similar, and which atoms they share. About a minute, whatever the size of the picture.
    """
    place, files = _place(at), _files(image, output)
    import_interruptibly("preimage.explain")
    from preimage.explain import explain
    from preimage.files.atomic import check_free

    for file in files:
        check_free(file, overwrite)
        if file.suffix.lower() == ".png":
            require("matplotlib", "plot", "a drawing of an explanation")
    with bar(image.name) as progress, warnings.catch_warnings(record=True) as notes:
        warnings.simplefilter("always")
        told = explain(image, place, sigma=sigma, weights=weights, pattern=pattern, progress=progress)
    for file in files:
        save = told.save_png if file.suffix.lower() == ".png" else told.save_html
        save(file, overwrite)
    row, column = told.view.at
    say(f"{image} -> {', '.join(str(file) for file in files)}")
    say(f"  noise level {told.facts['noise level']}")
    say(
        f"  pixel {row},{column}: a patch of {len(told.patch.used)} of {len(told.patch.code)} atoms; the patches of its"
    )
    say(f"  window are as similar as {told.neighbours.size:.1f} equal ones")
    for note in notes:
        say(f"  note: {note.message}")
    return 0


def _place(at: str | None) -> tuple[int, int] | None:
    if at is None:
        return None
    found = re.fullmatch(r"\s*(\d{1,9})\s*,\s*(\d{1,9})\s*", at)
    if found is None:
        raise ArgumentError(f"`--at` must be ROW,COLUMN, got {at!r}; write it like 120,80.")
    return int(found[1]), int(found[2])


def _files(image: Path, output: Path | None) -> list[Path]:
    """Return the paths of the picture and of the page that are written."""
    if output is None or output.is_dir():
        folder = image.parent if output is None else output
        return [folder / f"{image.stem}.explain{suffix}" for suffix in (".png", ".html")]
    if output.suffix.lower() not in {".png", ".html"}:
        raise ArgumentError(f"`--output` must end in .png or .html, or be a folder, got {output}.")
    return [output]
