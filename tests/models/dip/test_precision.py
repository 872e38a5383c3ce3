import pytest
import torch
from torch import nn

from preimage.models.dip import precision
from preimage.models.dip.precision import is_half

Z = torch.rand(1, 1, 4, 4, generator=torch.Generator().manual_seed(0))


class Sums(nn.Module):
    """A convolution of differences: what is left of large numbers, where bfloat16 has no digits."""

    def __init__(self, offset: float) -> None:
        super().__init__()
        self.offset = offset

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        weight = torch.tensor([[[[1.0]]]])
        return nn.functional.conv2d(z + self.offset, weight) - self.offset


def test_what_is_asked_for_is_taken() -> None:
    assert is_half("bfloat16", Sums(0), Z)
    assert not is_half("float32", Sums(0), Z)
    assert not is_half("auto", Sums(0), Z.double())


@pytest.mark.parametrize(("native", "offset", "half"), [(True, 0.0, True), (True, 1000.0, False), (False, 0.0, False)])
def test_auto_asks_the_processor_and_compares_pictures(
    native: bool, offset: float, half: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "multiplies_bfloat16", lambda device: native)
    assert is_half("auto", Sums(offset), Z) == half
