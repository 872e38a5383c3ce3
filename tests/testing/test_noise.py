from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from preimage._tree import Measurement
from preimage.physics import GaussianNoise, LaplaceNoise, NoNoise, PoissonNoise
from preimage.physics.noise import Noise, ProximableNoise
from preimage.testing import check_noise

Z = torch.rand(2, 1, 3, 4, generator=torch.Generator().manual_seed(0)) + 0.2


class Mixed(ProximableNoise):
    """Draws from one law and scores by another; ``scored``'s prox at a multiple of the step."""

    def __init__(self, drawn: Noise, scored: ProximableNoise, factor: float = 1.0) -> None:
        super().__init__()
        self.drawn = drawn
        self.scored = scored
        self.factor = factor

    def sample(self, z: Measurement, rng: torch.Generator | None = None) -> Measurement:
        return self.drawn.sample(z, rng)

    def nll(self, z: Measurement, y: Measurement) -> Tensor:
        return self.scored.nll(z, y)

    def prox(self, z: Measurement, y: Measurement, step: float | Tensor) -> Measurement:
        return self.scored.prox(z, y, self.factor * step)

    def conjugate(self, u: Measurement, y: Measurement) -> Tensor:
        return self.scored.conjugate(u, y)


class WrongGrad(GaussianNoise):
    def grad(self, z: Measurement, y: Measurement) -> Measurement:
        return 1.01 * super().grad(z, y)


class WrongConjugate(PoissonNoise):
    def conjugate(self, u: Measurement, y: Measurement) -> Tensor:
        return super().conjugate(u, y) + self.excess


class Above(WrongConjugate):
    excess = 0.05


class Below(WrongConjugate):
    excess = -0.05


class TotalScore(GaussianNoise):
    def nll(self, z: Measurement, y: Measurement) -> Tensor:
        return super().nll(z, y).sum().expand(2)


class Global(GaussianNoise):
    def _sample(self, z: Tensor, rng: torch.Generator | None) -> Tensor:
        return z + torch.randn_like(z)


@pytest.mark.parametrize("scale", [0.85, 1.15])
@pytest.mark.parametrize("law", [GaussianNoise, LaplaceNoise, PoissonNoise])
def test_a_score_of_the_wrong_width_is_told(law: Callable[[float], ProximableNoise], scale: float) -> None:
    check_noise(Mixed(law(0.2), law(0.2)), Z)
    with pytest.raises(AssertionError, match=r"Mixed: the (likelihood ratio|mean of reweighted draws)"):
        check_noise(Mixed(law(0.2), law(0.2 * scale)), Z)


@pytest.mark.parametrize(
    ("noise", "message"),
    [
        (Mixed(GaussianNoise(0.2), LaplaceNoise(0.15)), "Mixed: the (likelihood ratio|mean of reweighted draws)"),
        (Mixed(GaussianNoise(0.2), GaussianNoise(0.2), 1.1), r"Mixed: prox\(z, y, step\) is no minimiser"),
        (WrongGrad(0.2), "WrongGrad: grad, against autograd of nll,"),
        (TotalScore(0.2), "TotalScore: grad, against autograd|TotalScore: nll of one sample"),
        (Above(0.2), "Above: .* Fenchel's equality"),
        (Below(0.2), "Below: .* Fenchel's equality"),
        (Global(0.2), "Global: sample used a global random generator"),
    ],
)
def test_unsound_ones_are_told(noise: Noise, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check_noise(noise, Z)


def test_no_noise_is_spared_the_law() -> None:
    check_noise(NoNoise(), Z)
