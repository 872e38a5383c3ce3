import pytest
import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage.functional import Proximable, Valued
from preimage.testing import check_prox
from tests.doubles import Valueless

X = torch.randn(2, 1, 4, 5, generator=torch.Generator().manual_seed(0))


class Absolute(Proximable, Valued):
    """``weight ||x||_1``, whose prox is soft thresholding; ``factor`` other than one makes it wrong."""

    def __init__(self, weight: float | Tensor = 1.0, factor: float = 1.0) -> None:
        super().__init__()
        self.weight = weight
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        return (per_image(self.weight, x.real) * x.abs()).flatten(1).sum(1)

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        level = self.factor * per_image(step, x.real) * per_image(self.weight, x.real)
        return x.sgn() * (x.abs() - level).clamp_min(0)


class FirstStep(Absolute):
    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        return super().prox(x, step.flatten()[0].item() if isinstance(step, Tensor) else step)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.complex64])
def test_soft_thresholding_passes(dtype: torch.dtype) -> None:
    check_prox(Absolute(torch.tensor([0.5, 2.0])), X.to(dtype))
    if not dtype.is_complex:
        check_prox(Valueless(), X.to(dtype))


@pytest.mark.parametrize("factor", [0.97, 1.03])
def test_a_threshold_that_is_off_by_three_per_cent_is_told(factor: float) -> None:
    with pytest.raises(AssertionError, match=r"Absolute: prox\(x, step\) is no minimiser"):
        check_prox(Absolute(1.0, factor), X)


def test_one_step_for_all_is_told() -> None:
    with pytest.raises(AssertionError, match="FirstStep: prox of one sample, against the batch,"):
        check_prox(FirstStep(), X)
