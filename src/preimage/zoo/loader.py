"""Networks with their weights, by name or by file."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import torch
from torch import nn

from preimage.errors import WeightsError
from preimage.zoo.checkpoint import load_file, read_tensors, sha256
from preimage.zoo.table import WEIGHTS, Weights, build, describe, names

if TYPE_CHECKING:
    from preimage.denoisers import Denoiser, NoiseLevelNetwork
    from preimage.metric import NoReferenceMetric
    from preimage.models.dip import Generator
    from preimage.reconstructor import Reconstructor

__all__ = [
    "digest_of",
    "load",
    "load_denoiser",
    "load_generator",
    "load_metric",
    "load_noise_level",
    "load_reconstructor",
]

_SUFFIXES = (".safetensors", ".pth", ".pt")
# What each kind must be called where another one was given, and who loads it.
_WORDS = {
    "denoiser": ("a denoiser", "load_denoiser"),
    "reconstructor": ("a reconstructor", "load_reconstructor"),
    "generator": ("weights that a deep image prior can start from, {names}", "load_generator"),
    "noise level": ("weights that tell a noise level", "load_noise_level"),
    "metric": ("weights of a metric", "load_metric"),
}


def load(name: str | Path, path: str | Path | None = None) -> nn.Module:
    """The network ``name`` with its weights, whatever its kind, in evaluation mode.

    Args:
        name: one of :func:`names`, whose file is checked by its sha256; or a file of weights, for the network of the
            table whose file it is, or whose tensors have the same names and shapes, such as what a recipe made.
        path: the file, for weights that do not ship in the package.

    Raises:
        WeightsError: no such name, no file, another file than the table's, or weights that fit no network.
    """
    if path is None and _is_file(name):
        return load_file(name, _row_of(Path(name))[1])
    row = describe(str(name))
    if path is None and not row.shipped:
        raise WeightsError(
            f"`path` must be the file {row.file!r} of {name!r}, which does not ship, got none; "
            f"{f'fetch {row.url}' if row.url else f'make it: {row.recipe}'}."
        )
    file = WEIGHTS / row.file if path is None else Path(path)
    if row.sha256 and (found := sha256(file)) != row.sha256:
        raise WeightsError(
            f"`path` must be the file with sha256 {row.sha256[:12]}..., got {found[:12]}... in {file}; "
            "fetch it again, or use preimage.zoo.load_file for weights of your own."
        )
    return load_file(file, build(row))


def load_denoiser(name: str, path: str | Path | None = None) -> "Denoiser":
    """Load the denoiser ``name``.

    Args:
        name: one of :func:`names`, or a file of weights of your own; see :func:`load`.
        path: file of the weights, where they do not ship with the package; see :func:`load`.

    Raises:
        WeightsError: as of :func:`load`; or the network is no denoiser.
    """
    _require(name, "denoiser")
    return cast("Denoiser", load(name, path))


def load_reconstructor(name: str, path: str | Path | None = None) -> "Reconstructor":
    """Load the reconstructor ``name``.

    Args:
        name: one of :func:`names`.
        path: file of the weights, where they do not ship with the package; see :func:`load`.

    Raises:
        WeightsError: as of :func:`load`; or the network is no reconstructor.
    """
    _require(name, "reconstructor")
    return cast("Reconstructor", load(name, path))


def load_generator(name: str, path: str | Path | None = None) -> "Generator":
    """Load the network ``name`` of a deep image prior, for :class:`preimage.models.dip.StartFrom`.

    Args:
        name: one of :func:`names`.
        path: file of the weights, where they do not ship with the package; see :func:`load`.

    Raises:
        WeightsError: as of :func:`load`; or the network is none of a deep image prior.
    """
    _require(name, "generator")
    return cast("Generator", load(name, path))


def load_metric(name: str) -> "NoReferenceMetric":
    """Load the metric ``name``, ``niqe-cbsd400`` or ``brisque-distance-cbsd400``, with its pristine model.

    Args:
        name: one of :func:`names`.

    Raises:
        WeightsError: as of :func:`load`; or it is no metric.
    """
    _require(name, "metric")
    return cast("NoReferenceMetric", load(name))


@cache
def load_noise_level(name: str) -> "NoiseLevelNetwork":
    """The network ``name`` that tells the noise level of pictures: ``noise-level-grey`` or ``noise-level-color``.

    Raises:
        WeightsError: see :func:`load`; the network is none.
    """
    _require(name, "noise level")
    return cast("NoiseLevelNetwork", load(name))


def digest_of(name: str | Path) -> str:
    """The SHA-256 of the weights that :func:`load` gives: that of the table, or of the file.

    Args:
        name: one of :func:`names`, or a file of weights.

    Raises:
        WeightsError: there is no such name, or the file cannot be read.
    """
    return sha256(name) if _is_file(name) else describe(str(name)).sha256


def _is_file(name: str | Path) -> bool:
    return Path(name).suffix in _SUFFIXES


def _require(name: str, kind: str) -> None:
    found = _row_of(Path(name))[0].kind if _is_file(name) else describe(name).kind
    if found != kind:
        what = _WORDS[kind][0].format(names=" or ".join(reversed(names(kind))))
        raise WeightsError(f"`name` must be {what}, got {name!r}; give it to preimage.zoo.{_WORDS[found][1]}.")


def _row_of(path: Path) -> tuple[Weights, nn.Module]:
    """The row of the table that the file is for, and its network without weights."""
    digest, shapes = sha256(path), {name: tensor.shape for name, tensor in read_tensors(path).items()}
    rows = sorted(map(describe, names()), key=lambda row: row.sha256 != digest)
    for row in rows:
        network = _built(row)
        if {name: tensor.shape for name, tensor in network.state_dict().items()} == shapes:
            return row, network
    raise WeightsError(
        f"`name` must be a file for a network of the table, got {path}, whose {len(shapes)} tensors fit none of them; "
        "use preimage.zoo.load_file with the network that it is for."
    )


def _built(row: Weights) -> nn.Module:
    with torch.random.fork_rng(devices=[]):  # networks are tried, and draw weights nobody sees
        return build(row)
