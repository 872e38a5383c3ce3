"""Picture file to pre-image: what a layer of a network knows of a photograph, or looks for."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage.blind.luma import luma
from preimage.denoisers import Denoiser
from preimage.errors import ArgumentError
from preimage.explain.network import open_network
from preimage.files import ImageFile
from preimage.models.dip import invert_features, maximise_activation, natural
from preimage.optim import BetaTV, Minimiser, PixelFit
from preimage.physics import FeatureMap

__all__ = ["Inverted", "Layer", "PreImageSearch", "invert"]


@dataclass(frozen=True)
class Layer:
    """A layer of a network, and what the network takes.

    Args:
        network: see :func:`preimage.explain.network.open_network`.
        name: the name of the layer, as in ``network.named_modules()``.
        weights: a file of tensors.
        channels: the number of channels of the pictures, 1 or 3; by default those of the photograph, or those of a
            denoiser.
        mean, std: the mean and standard deviation of the pictures it was trained on, one number or one for each
            channel.
        sigma: the noise level that a denoiser is told.
    """

    network: str
    name: str
    weights: Path | None = None
    channels: int | None = None
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
    sigma: float = 25 / 255

    def open(self) -> tuple[FeatureMap, int | None]:
        """The features, and how many channels they want; ``None`` for any."""
        network = open_network(self.network, self.weights)
        level, channels = ((self.sigma,), network.traits.channels) if isinstance(network, Denoiser) else ((), None)
        features = FeatureMap(network, self.name, torch.tensor(self.mean), torch.tensor(self.std), level)
        return features, self.channels or channels


@dataclass(frozen=True)
class PreImageSearch:
    """Where to look for a pre-image, and how long.

    Args:
        prior: a deep image prior, smooth pictures, or all pictures.
        smoothness: weight of :class:`preimage.optim.BetaTV` with the exponent 1.5, > 0.
        tol: relative error of the features at which to stop.
        steps: the most steps.
        seed: the seed of the start.
    """

    prior: Literal["dip", "tv", "none"] = "dip"
    smoothness: float = 1e-5
    tol: float = 0.05
    steps: int = 1000
    seed: int = 0

    def minimiser(self) -> Minimiser:
        """Make what searches for the pre-image, by the prior asked for.

        Raises:
            ArgumentError: the smoothness is not positive.
        """
        if self.prior == "dip":
            return natural(self.steps, self.seed)
        if self.prior == "none":
            return PixelFit(max_steps=self.steps, seed=self.seed)
        if not self.smoothness > 0:
            raise ArgumentError(f"`smoothness` must be above 0, got {self.smoothness}; for none, choose another prior.")
        return PixelFit(BetaTV(self.smoothness, 1.5), self.steps, seed=self.seed)


@dataclass(frozen=True)
class Inverted:
    """A pre-image.

    Attributes:
        file: what was found, as a picture of 8 bits.
        x: the same, (1, C, H, W).
        original: the photograph as the network took it, (1, C, H, W).
        facts: what there is to say about it.
    """

    file: ImageFile
    x: Tensor
    original: Tensor
    facts: dict[str, str]


def invert(
    image: Path,
    layer: Layer,
    search: PreImageSearch,
    channel: int | None = None,
    size: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Inverted:
    """Find a picture with the features of ``image``, or one that excites ``channel``, of the size of ``image``.

    Args:
        image: a file.
        layer: the layer of a network whose output is meant.
        search: how to look for the picture.
        channel: the channel to excite; ``None`` to reproduce all features.
        size: crop ``image`` to its central square and resize it to so many rows and columns.
        progress: told the steps done and those there are at most.

    Raises:
        ArgumentError: the network cannot be had, has no such layer or channel, or does not take such a picture.
        ImageFileError: ``image`` cannot be read.
    """
    way = search.minimiser()
    pixels = ImageFile.read(image).parts()[0][None]
    features, wanted = layer.open()
    x = _resized(_with_channels(pixels, wanted), size)
    shape = _features_of(features, x).shape
    facts = {"features": f"{' x '.join(map(str, shape[1:]))} at {layer.name or layer.network}"}

    def tell(step: int, state: object) -> None:
        if progress is not None:
            progress(step, search.steps)

    if channel is None:
        found = invert_features(features, x, way, search.tol, [tell])
        facts["error"] = f"{float(found.error):.4f} of the features' norm; {found.reason[0]}"
    else:
        found = maximise_activation(features, channel, (x.shape[1], x.shape[2], x.shape[3]), way, [tell])
        response, usual = (float(features.A(each)[:, channel].mean()) for each in (found.x, x))
        facts["response"] = f"{response:.4g} of channel {channel}; {usual:.4g} to the photograph"
    array = found.x[0].permute(1, 2, 0).clamp(0, 1).mul(255).round().byte().numpy()
    return Inverted(ImageFile.from_array(array), found.x, x, facts)


def _with_channels(pixels: Tensor, wanted: int | None) -> Tensor:
    if wanted in (None, pixels.shape[1]):
        return pixels
    return luma(pixels) if wanted == 1 else pixels.expand(-1, wanted, -1, -1)


def _resized(x: Tensor, size: int | None) -> Tensor:
    if size is None:
        return x
    if size < 1:
        raise ArgumentError(f"`size` must be at least 1, got {size}; 224 is usual.")
    side = min(x.shape[-2:])
    top, left = (x.shape[-2] - side) // 2, (x.shape[-1] - side) // 2
    square = x[..., top : top + side, left : left + side]
    return F.interpolate(square, (size, size), mode="bilinear", antialias=True, align_corners=False).clamp(0, 1)


def _features_of(features: FeatureMap, x: Tensor) -> Tensor:
    """The features, with a line for the user where the network does not take such a picture."""
    try:
        with torch.no_grad():
            output = features.A(x)
    except (RuntimeError, ValueError, TypeError, IndexError) as error:
        if isinstance(error, ArgumentError):
            raise
        raise ArgumentError(
            f"`network` must take pictures of {x.shape[1]} channels and {x.shape[2]}x{x.shape[3]} pixels, got "
            f"{type(error).__name__}: {str(error).partition(chr(10))[0]}; give `channels`, `size`, `mean` or `std`."
        ) from error
    if not math.isfinite(float(output.abs().sum())):
        raise ArgumentError("`network` must have finite features, got NaN or infinity; look at `mean` and `std`.")
    return output
