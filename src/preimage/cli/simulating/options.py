"""Options of ``preimage simulate`` that are those of every physics."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Group, Parameter

from preimage.simulate.noises import noise_forms
from preimage.simulate.table import PHYSICS, PIPELINES

__all__ = ["PHYSICS_NAMES", "PIPELINE_NAMES", "SimulationOptions"]

_FILES = Group("Files", sort_key=3)

PHYSICS_NAMES = ", ".join(row.name for row in PHYSICS)
"""Every physics, as messages and help list them."""

PIPELINE_NAMES = ", ".join(row.name for row in PIPELINES)
"""Every pipeline of degradations."""


@Parameter(name="*")
@dataclass(frozen=True)
class SimulationOptions:
    """Options of every physics."""

    physics: Annotated[str | None, Parameter(help=f"How it is measured: {PHYSICS_NAMES}.")] = None
    pipeline: Annotated[str | None, Parameter(help=f"Or a random history of degradations: {PIPELINE_NAMES}.")] = None
    noise: Annotated[
        str | None, Parameter(help=f"Its noise, in the units of a picture from 0 to 1: {noise_forms()}.")
    ] = None
    seed: int | None = None
    "Of what is random, 0 by default; each further picture of a folder takes the next one."
    output: Annotated[Path | None, Parameter(name=["--output", "-o"], group=_FILES)] = None
    "File to write, or a folder: .tif for floats, .npy for any array; by default beside INPUT, as photo-blur.tif."
    axes: Annotated[str | None, Parameter(group=_FILES)] = None
    "Of a stack: letters for its axes, the slowest first, like TZCYX."
    key: Annotated[str | None, Parameter(group=_FILES)] = None
    "Of a stack: the name of the array where the file holds several."
    recursive: Annotated[bool, Parameter(negative=(), group=_FILES)] = False
    "Folders inside a folder, too; the measurements are in such folders again."
    overwrite: Annotated[bool, Parameter(negative=(), group=_FILES)] = False
    "Replace files that exist."
    from_json: Annotated[Path | None, Parameter(group=_FILES)] = None
    "Repeat the measurement recorded in this file, to the byte; other settings are then taken from it."
