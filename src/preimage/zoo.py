"""Named weights: ``zoo.load("drunet-color-compact")`` gives a denoiser that is ready to use."""

import hashlib
import importlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from preimage.denoisers import Denoiser, DnCNN, DRUNet, EPLLDenoiser, FFDNet, IRCNNBank, NoiseLevelNetwork
from preimage.errors import ArgumentError, WeightsError
from preimage.models.dip import Generator, UNet
from preimage.models.sparse import GroupSC
from preimage.models.sparse.levels import jpeg_level

__all__ = ["Weights", "describe", "load", "load_file", "load_generator", "load_noise_level", "names", "sha256"]

NETWORKS: dict[str, Callable[..., nn.Module]] = {
    "DRUNet": DRUNet,
    "DnCNN": DnCNN,
    "EPLLDenoiser": EPLLDenoiser.untrained,
    "FFDNet": FFDNet,
    "GroupSC": GroupSC.strided,
    "IRCNNBank": IRCNNBank,
    "NoiseLevelNetwork": NoiseLevelNetwork,
    "UNet": UNet,
}

N = TypeVar("N", bound=nn.Module)

_HERE = Path(__file__).parent
_TABLE = _HERE / "weights.toml"


@dataclass(frozen=True)
class Weights:
    """A row of ``weights.toml``.

    Args:
        name: what :func:`load` is given.
        file: name of the file; it ships in the package where ``shipped``, else the caller has it.
        shipped: whether the file is part of the package.
        sha256: of the file, hexadecimal; empty where the publisher's file is not pinned.
        network: architecture, a key of ``NETWORKS``.
        arguments: of what ``NETWORKS`` makes the network with.
        channels: image channels.
        sigma_range: levels of the training, in the network's units: noise levels (``sigma_range_255`` in the table), or
            ``1 - quality / 100`` for JPEG (``quality_range``).
        training_data: the images.
        licence: of the weights.
        psnr: measured dB by ``"<set>/<sigma * 255>"``; one noisy copy of each image, as in the benchmarks.
        recipe: what made the file: the command of this package, or the publication.
        url: where a published file comes from; empty for our own.
    """

    name: str
    file: str
    shipped: bool
    sha256: str
    network: str
    channels: int
    sigma_range: tuple[float, float]
    training_data: str
    licence: str
    recipe: str
    url: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    psnr: Mapping[str, float] = field(default_factory=dict)


@cache
def _table() -> dict[str, Weights]:
    toml = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    rows = toml.loads(_TABLE.read_text(encoding="utf-8"))
    return {name: _row(name, entry) for name, entry in rows.items()}


def _row(name: str, entry: dict[str, Any]) -> Weights:
    if "quality_range" in entry:
        high, low = (jpeg_level(quality) for quality in entry.pop("quality_range"))
    else:
        low, high = (level / 255 for level in entry.pop("sigma_range_255"))
    return Weights(name=name, sigma_range=(low, high), **entry)


def names() -> list[str]:
    """The names that :func:`load` knows."""
    return sorted(_table())


def describe(name: str) -> Weights:
    """What is known about the weights ``name``.

    Raises:
        WeightsError: there is no such name.
    """
    rows = _table()
    if name not in rows:
        raise WeightsError(f"`name` must be one of {', '.join(sorted(rows))}, got {name!r}; see preimage.zoo.names().")
    return rows[name]


def load(name: str, path: str | Path | None = None) -> Denoiser:
    """The denoiser ``name`` with its weights, in evaluation mode, after a check of the file's sha256.

    Args:
        name: one of :func:`names`.
        path: the file, for weights that do not ship in the package.

    Raises:
        WeightsError: no such name, no denoiser, no file, another file than the table's, or weights that do not fit.
    """
    network = _load(name, path)
    if not isinstance(network, Denoiser):
        raise WeightsError(f"`name` must be a denoiser, got {name!r}; give it to preimage.zoo.load_generator.")
    return network


def load_generator(name: str, path: str | Path | None = None) -> Generator:
    """The network ``name`` for :class:`preimage.models.dip.StartFrom`; as :func:`load` otherwise.

    Raises:
        WeightsError: see there; the network is none of a deep image prior.
    """
    network = _load(name, path)
    if not isinstance(network, Generator):
        raise WeightsError(
            f"`name` must be weights that a deep image prior can start from, fill-grey or fill-color, got {name!r}; "
            "give it to preimage.zoo.load."
        )
    return network


@cache
def load_noise_level(name: str) -> NoiseLevelNetwork:
    """The network ``name`` that tells the noise level of pictures: ``noise-level-grey`` or ``noise-level-color``.

    Raises:
        WeightsError: see :func:`load`.
    """
    network = _load(name, None)
    if not isinstance(network, NoiseLevelNetwork):
        raise WeightsError(
            f"`name` must be weights that tell a noise level, got {name!r}; give it to preimage.zoo.load."
        )
    return network


def _load(name: str, path: str | Path | None) -> nn.Module:
    row = describe(name)
    if path is None and not row.shipped:
        raise WeightsError(
            f"`path` must be the file {row.file!r} of {name!r}, which does not ship, got none; fetch {row.url}."
        )
    file = _HERE / "weights" / row.file if path is None else Path(path)
    if row.sha256 and (found := sha256(file)) != row.sha256:
        raise WeightsError(
            f"`path` must be the file with sha256 {row.sha256[:12]}..., got {found[:12]}... in {file}; "
            "fetch it again, or use preimage.zoo.load_file for weights of your own."
        )
    return load_file(file, NETWORKS[row.network](**row.arguments))


def load_file(path: str | Path, network: N) -> N:
    """Fill ``network`` with the checkpoint ``path`` and put it in evaluation mode.

    Args:
        path: ``.safetensors``, or ``.pth`` / ``.pt`` (read with ``weights_only=True``: tensors, no code).
        network: of the same architecture; its weights change.

    Raises:
        WeightsError: the file is missing or damaged, or its tensors are not the network's.
    """
    state = _read(Path(path))
    expected = network.state_dict()
    _check_names(state, expected, network, Path(path))
    for name, value in state.items():
        if value.layout != torch.strided or value.is_quantized or value.is_complex() or value.is_meta:
            raise WeightsError(f"`path` must hold plain real tensors, got {name!r} of another kind; convert the file.")
        if value.shape != expected[name].shape:
            raise WeightsError(
                f"`path` must hold {name!r} of shape {tuple(expected[name].shape)}, got {tuple(value.shape)}; "
                f"build {type(network).__name__} with the arguments it was trained with."
            )
    network.load_state_dict(state)
    return network.eval()


def sha256(path: str | Path) -> str:
    """Hexadecimal SHA-256 of a file.

    Raises:
        WeightsError: the file cannot be read.
    """
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError as error:
        raise WeightsError(f"`path` must be a readable file, got {path}: {error.strerror}; check the path.") from error


def _read(path: Path) -> dict[str, Tensor]:
    from safetensors.torch import load_file as load_safetensors

    if path.suffix not in {".safetensors", ".pth", ".pt"}:
        raise ArgumentError(f"`path` must end in .safetensors, .pth or .pt, got {path.name!r}; convert the file.")
    try:
        if path.suffix == ".safetensors":
            return load_safetensors(path)
        return _flat(torch.load(path, map_location="cpu", weights_only=True))
    except UnpicklingError as error:
        raise WeightsError(f"`path` must hold tensors only, got {path}, which does not; convert the file.") from error
    except Exception as error:  # readers raise errors of every kind on damaged files
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise WeightsError(f"`path` must be a readable checkpoint, got {path}: {reason}; fetch it again.") from error


def _flat(tree: Any, prefix: str = "") -> dict[str, Tensor]:
    """Tensors of nested dictionaries under dotted names; a published bank of networks is such a nest."""
    if not isinstance(tree, Mapping):
        raise ValueError(f"a dictionary of tensors is expected, found {type(tree).__name__}")
    tensors = {}
    for name, value in tree.items():
        if isinstance(value, Mapping):
            tensors |= _flat(value, f"{prefix}{name}.")
        elif isinstance(value, Tensor):
            tensors[f"{prefix}{name}"] = value
    return tensors


def _check_names(state: Mapping[str, Tensor], expected: Mapping[str, Tensor], network: nn.Module, path: Path) -> None:
    missing, unexpected = sorted(expected.keys() - state.keys()), sorted(state.keys() - expected.keys())
    if missing or unexpected:
        told = [
            f"{len(keys)} {what} ({', '.join(keys[:3])}{', ...' if len(keys) > 3 else ''})"
            for what, keys in (("missing", missing), ("unexpected", unexpected))
            if keys
        ]
        raise WeightsError(
            f"`path` must hold the {len(expected)} tensors of {type(network).__name__}, got {path.name} with "
            f"{' and '.join(told)}; build the network with the arguments it was trained with."
        )
