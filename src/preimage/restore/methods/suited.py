"""Networks of the zoo that suit a method and the pictures of a job."""

from collections.abc import Callable, Mapping

import torch

from preimage import zoo
from preimage.denoisers import Denoiser
from preimage.errors import ArgumentError
from preimage.reconstructor import Reconstructor
from preimage.restore.frame.settings import Settings
from preimage.restore.methods.search import searching

__all__ = ["suited_denoisers", "suited_reconstructor"]


def suited_denoisers(
    wanted: Mapping[int, int], usual: Callable[[int], str], settings: Settings, device: torch.device
) -> dict[int, tuple[str, Denoiser]]:
    """Name and denoiser for pictures by their channels: named weights where they suit, usual ones else.

    Args:
        wanted: from the channels of a picture to those that the denoiser sees.
        usual: from the latter to the name of the weights that are taken where the user names none that suit.
        settings: which weights the user names, and how a sparse model searches.
        device: where to compute.

    Raises:
        ArgumentError: the named weights suit no picture.
    """
    named = None if settings.weights is None else zoo.load_denoiser(settings.weights)
    if named is not None and named.traits.channels not in (None, *wanted.values()):
        channels = next(iter(wanted.values()))
        raise ArgumentError(
            f"`weights` must be for {channels} channels, got {settings.weights!r} for {named.traits.channels}; "
            f"{usual(channels)} is one."
        )
    loaded = {}
    for channels, seen in wanted.items():
        suits = named is not None and named.traits.channels in (None, seen)
        name = settings.weights if suits and settings.weights else usual(seen)
        denoiser = named if suits and named is not None else zoo.load_denoiser(name)
        loaded[channels] = (name, searching(denoiser.to(device), settings.search))
    return loaded


def suited_reconstructor(settings: Settings, kind: type[Reconstructor], usual: str) -> tuple[str, Reconstructor]:
    """Name and network for a method that works with networks of one ``kind`` only.

    Args:
        settings: which weights the user names.
        kind: the class of the networks.
        usual: the weights that are taken where the user names none.

    Raises:
        ArgumentError: the named weights are of a network of another kind.
    """
    name = settings.weights or usual
    network = zoo.load_reconstructor(name)
    if not isinstance(network, kind):
        raise ArgumentError(
            f"`weights` must be of a {kind.__name__}, got {name!r} of a {type(network).__name__}; {usual} is one."
        )
    return name, network
