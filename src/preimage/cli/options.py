"""Options that all restorations share."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

__all__ = ["Fitting", "Options"]


@Parameter(name="*")
@dataclass(frozen=True)
class Options:
    """Options of every task."""

    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None
    "File to write; a folder where there are several inputs, or one that exists."
    sigma: str = "auto"
    "Noise level: auto, or like 25/255 or 0.098."
    strength: float = 1.0
    "Factor on the noise level: more removes more noise and detail."
    memory: str | None = None
    "Limit for the process, like 2GB; dip, which takes no tiles, refuses pictures that are too large for it."
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    "Where to compute; auto takes a GPU where there is one."
    weights: str | None = None
    "Weights of the denoiser, by their name in preimage.zoo; for inpaint by dip, those to start from, like fill-color."
    seed: int = 0
    "Of the random numbers of dip, which repeats exactly on a CPU; other methods draw none."
    bits: int | None = None
    "Bits of the samples where the file has room for more; by default 8, 10, 12, 14 or 16 by the largest sample."
    compare: Path | None = None
    "Also write before and after side by side: a file, or a folder where there are several inputs."
    overwrite: Annotated[bool, Parameter(negative=())] = False
    "Replace files that exist."
    trace: Annotated[bool, Parameter(negative=())] = False
    "Also write what happened at each step: a table, .trace.csv, and a drawing, .trace.png."
    from_json: Path | None = None
    "Repeat the restoration recorded in this file; other settings are then taken from it."

    def settings(self) -> dict[str, Any]:
        """What the Python functions take."""
        return {
            "sigma": self.sigma, "strength": self.strength, "weights": self.weights, "memory": self.memory,
            "device": self.device, "seed": self.seed, "bits": self.bits,
        }  # fmt: skip


@Parameter(name="*")
@dataclass(frozen=True)
class Fitting:
    """Options of the method dip, a deep image prior."""

    setting: Literal["fast", "paper"] = "fast"
    "What dip fits: our choice, or the publication's network and number of steps, which takes several times as long."
    runs: int | None = None
    "Fits of dip from different starts, side by side, whose results are averaged: two for fast, one for paper."
    preview: float | None = None
    "Every so many seconds write dip's best picture so far to OUTPUT.preview.png (or its format); gone at the end."
