"""All that the page shows at a moment."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from preimage.files.formats.table import by_suffix
from preimage.restore.table import find_task
from preimage.web.command import Wish
from preimage.web.limits import Refused
from preimage.web.parts import facts_part, files_part, outcome_part, stage_part, status_part
from preimage.web.visit import Visit

__all__ = ["Showing", "begin", "scene_of", "scenes"]

_TICK = 0.25


class Showing(NamedTuple):
    """The parts of the page that change: HTML, and whether the two buttons can be used."""

    stage: str
    facts: str
    outcome: str
    files: str
    status: str
    can_restore: bool
    can_cancel: bool


def scene_of(visit: Visit, refused: str = "") -> Showing:
    """What is shown of a visit; ``refused`` says why a wish was not taken."""
    picture = visit.shown
    runs = [one.restoration for one in visit.pictures.values() if one.restoration is not None]
    is_busy = any(not run.work.is_over for run in runs)
    painting = picture is not None and picture.painting and _takes_mask(visit.task)
    return Showing(
        stage_part(visit, picture, painting),
        facts_part(visit, picture),
        outcome_part(visit, picture),
        files_part(visit, "" if picture is None else picture.number),
        status_part(visit.pictures.values(), refused),
        any(one.findings is not None for one in visit.pictures.values()) and not is_busy,
        is_busy,
    )


async def scenes(visit: Visit) -> AsyncIterator[Showing]:
    """What is shown until nothing more will change by itself."""
    while True:
        visit.look_further()
        is_busy = visit.is_busy
        yield scene_of(visit)
        if not is_busy:
            return
        await asyncio.sleep(_TICK)


def begin(visit: Visit, task: str, settings: Mapping[str, Any], strength: float, save_as: Any) -> None:
    """Begin what is wished for, for every picture that can be read, those that are still looked at among them.

    Raises:
        Refused: something is missing or wrong; nothing was begun.
    """
    wish = Wish(task, settings, strength, save_as)
    pictures = [picture for picture in visit.pictures.values() if picture.looking.state != "failed"]
    unpainted = [picture for picture in pictures if "mask" not in picture.files]
    if _takes_mask(task) and unpainted and not any(_is_tiff(one.path) for one in unpainted):
        raise Refused(f"Paint over what is to be filled in on {unpainted[0].name}, or choose a mask.")
    for picture in pictures:
        visit.restore(picture, wish)


def _is_tiff(path: Path) -> bool:
    format = by_suffix(path)
    return format is not None and format.name == "TIFF"


def _takes_mask(task: str) -> bool:
    return any(option.name == "mask" for option in find_task(task).options)
