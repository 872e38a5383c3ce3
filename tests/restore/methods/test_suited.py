import pytest
import torch

from preimage.errors import ArgumentError
from preimage.models import SubpixelUNet, USRNet
from preimage.restore.frame.settings import Settings
from preimage.restore.methods.suited import suited_denoisers, suited_reconstructor

USUAL = {1: "drunet-grey-compact", 3: "drunet-color-compact"}


def test_named_weights_are_for_what_they_suit() -> None:
    settings = Settings(weights="drunet-grey-compact")
    found = suited_denoisers({1: 1, 3: 3}, USUAL.__getitem__, settings, torch.device("cpu"))
    assert {channels: name for channels, (name, _) in found.items()} == USUAL
    assert [denoiser.traits.channels for _, denoiser in found.values()] == [1, 3]


def test_weights_that_suit_nothing_are_refused() -> None:
    with pytest.raises(ArgumentError, match="`weights` must be for 3 channels, got 'drunet-grey-compact' for 1"):
        suited_denoisers({3: 3}, USUAL.__getitem__, Settings(weights="drunet-grey-compact"), torch.device("cpu"))


def test_networks_of_another_kind_are_refused() -> None:
    """That of the other way of enlarging would give a picture, but not that of the method."""
    for kind, usual, other in ((USRNet, "usr-color", "sr-blind-x4"), (SubpixelUNet, "sr-blind-x2", "usr-color")):
        assert isinstance(suited_reconstructor(Settings(), kind, usual)[1], kind)
        with pytest.raises(ArgumentError, match=f"`weights` must be of a {kind.__name__}, got '{other}'.*{usual} is"):
            suited_reconstructor(Settings(weights=other), kind, usual)
