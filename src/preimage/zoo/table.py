"""The table of named weights, ``weights.toml``."""

import importlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

from torch import nn

from preimage.errors import WeightsError

__all__ = ["KINDS", "WEIGHTS", "Weights", "build", "describe", "names"]

KINDS = ("denoiser", "reconstructor", "generator", "noise level", "metric")

_PACKAGE = Path(__file__).parents[1]
_TABLE = _PACKAGE / "weights.toml"

# The folder of the files that ship.
WEIGHTS = _PACKAGE / "weights"


@dataclass(frozen=True)
class Weights:
    """A row of ``weights.toml``.

    Args:
        name: what :func:`load` is given.
        file: name of the file; it ships in the package where ``shipped``, else the caller has it.
        shipped: whether the file is part of the package.
        sha256: the SHA-256 of the file, hexadecimal; empty where the publisher's file is not pinned.
        kind: what the network is: a denoiser, a reconstructor, a generator of a deep image prior, a network that
            tells a noise level, or a metric with what it compares pictures with.
        network: what makes the network, ``package:class`` or ``package:class.method``.
        arguments: that it is made with.
        channels: image channels.
        sigma_range: levels of the training, in the network's units: noise levels (``sigma_range_255`` in the table), or
            ``1 - quality / 100`` for JPEG (``quality_range``).
        artefact: what the levels are of, ``noise`` or ``jpeg``.
        training_data: the images.
        licence: the licence of the weights.
        psnr: measured dB by ``"<set>/<sigma * 255>"``, or by set and problem; one noisy copy of each image, as in the
            benchmarks.
        error_factors: what makes error maps hold for 90 % of the pixels of a new picture, by ``"<sigma * 255>"``, or by
            the kind of the operator (:func:`preimage.sampling.conformal_factor`).
        error_coverage: the share of pixels that the maps held for on pictures that had no part in the factors, by the
            same as ``psnr``.
        error_maps: what makes error maps of restorations hold, by method, task and channels, such as ``dpir deblur/1``:
            each an entry of :class:`preimage.restore.methods.error_model.ErrorModel`.
        recipe: what made the file: the command of this package, or the publication.
        url: where a published file comes from; empty for our own.

    Raises:
        WeightsError: no such kind.
    """

    name: str
    file: str
    shipped: bool
    sha256: str
    kind: str
    network: str
    channels: int
    sigma_range: tuple[float, float]
    training_data: str
    licence: str
    recipe: str
    url: str = ""
    artefact: str = "noise"
    arguments: Mapping[str, Any] = field(default_factory=dict)
    psnr: Mapping[str, float] = field(default_factory=dict)
    error_factors: Mapping[str, float] = field(default_factory=dict)
    error_coverage: Mapping[str, float] = field(default_factory=dict)
    error_maps: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise WeightsError(f"`kind` must be one of {', '.join(KINDS)}, got {self.kind!r} for {self.name!r}.")


def names(kind: str | None = None) -> list[str]:
    """The names that :func:`load` knows; those of one ``kind`` where it is given."""
    return sorted(name for name, row in _table().items() if kind in (None, row.kind))


def describe(name: str) -> Weights:
    """What is known about the weights ``name``.

    Raises:
        WeightsError: there is no such name.
    """
    rows = _table()
    if name not in rows:
        raise WeightsError(f"`name` must be one of {', '.join(sorted(rows))}, got {name!r}; see preimage.zoo.names().")
    return rows[name]


def build(row: Weights) -> nn.Module:
    """Make the network of a row, without its weights; its package is imported now.

    Args:
        row: what :func:`describe` gives.
    """
    package, _, maker = row.network.partition(":")
    return attrgetter(maker)(importlib.import_module(package))(**row.arguments)


@cache
def _table() -> dict[str, Weights]:
    toml = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    rows = toml.loads(_TABLE.read_text(encoding="utf-8"))
    return {name: row_of(name, entry) for name, entry in rows.items()}


def row_of(name: str, entry: dict[str, Any]) -> Weights:
    """The row ``name`` of the table's ``entry``, whose levels get the units of the network."""
    rest = {key: value for key, value in entry.items() if key not in ("quality_range", "sigma_range_255")}
    if "quality_range" in entry:
        high, low = ((100 - quality) / 100 for quality in entry["quality_range"])
        rest["artefact"] = "jpeg"
    else:
        low, high = (level / 255 for level in entry["sigma_range_255"])
    return Weights(name=name, sigma_range=(low, high), **rest)
