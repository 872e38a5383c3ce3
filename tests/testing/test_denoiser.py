import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from preimage._shapes import per_image
from preimage.denoisers import Denoiser, Traits
from preimage.testing import check_denoiser

X = torch.rand(2, 1, 9, 11, generator=torch.Generator().manual_seed(0))


class Box(Denoiser):
    """Mixes each pixel with its neighbours, more so for more noise."""

    traits = Traits(receptive_radius=1)

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        level = per_image(sigma, x)
        return (1 - level) * x + level * F.avg_pool2d(x, 3, 1, 1)


class Narrow(Box):
    traits = Traits(receptive_radius=0)


class Normalising(nn.BatchNorm2d, Denoiser):  # type: ignore[misc]
    """Keeps running statistics: the batch matters, and the object changes."""

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:  # type: ignore[override]
        return super().forward(x)


class FirstLevel(Box):
    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        return super().forward(x, sigma.flatten()[:1] if isinstance(sigma, Tensor) else sigma)


class Noisy(Box):
    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        return x + torch.rand_like(x)


def test_a_box_filter_passes() -> None:
    check_denoiser(Box(), X)


@pytest.mark.parametrize(
    ("denoiser", "message"),
    [
        (Narrow(), "Narrow: pixels further away than 0 change the result"),
        (Normalising(1), "Normalising: forward changed the object"),
        (FirstLevel(), "FirstLevel: the result of one sample, against the batch,"),
        (Noisy(), "Noisy: forward used a global random generator"),
    ],
)
def test_unsound_ones_are_told(denoiser: Denoiser, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check_denoiser(denoiser, X)
