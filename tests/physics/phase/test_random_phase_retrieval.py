import pytest
import torch

from preimage.metric import PhaseAlignedNMSE
from preimage.optim import GD, AmplitudeLoss, SpectralInit, Variational
from preimage.physics import PoissonNoise, RandomPhaseRetrieval, StructuredRandomPhaseRetrieval
from tests.example import Example


def seeded() -> torch.Generator:
    return torch.Generator().manual_seed(2)


EXAMPLES = {
    RandomPhaseRetrieval: [
        Example(
            lambda: RandomPhaseRetrieval.random(9, (1, 4, 3), seeded(), PoissonNoise(0.1)), (2, 1, 4, 3), complex=True
        )
    ],
    StructuredRandomPhaseRetrieval: [
        Example(
            lambda: StructuredRandomPhaseRetrieval.random(9, (1, 4, 3), 3, rng=seeded()), (2, 1, 4, 3), complex=True
        )
    ],
}


@pytest.mark.parametrize("kind", [RandomPhaseRetrieval, StructuredRandomPhaseRetrieval])
def test_four_measurements_a_pixel_determine_a_complex_image(kind: type) -> None:
    """Spectral start, then descent: the truth up to a global phase, for every sample of the batch."""
    rng = torch.Generator().manual_seed(0)
    physics = kind.random(4 * 64, (1, 8, 8), rng=rng).to(torch.float64)
    x = torch.randn(3, 1, 8, 8, generator=rng, dtype=torch.complex128)
    step = 0.5 / float(physics.operator.norm(x[:1])) ** 2
    model = Variational(GD(step), fidelity=AmplitudeLoss, init=SpectralInit(), max_steps=5000, tol=1e-9)
    found = model(physics(x), physics)
    assert float(PhaseAlignedNMSE()(found, x).max()) < 1e-10


def test_energy_is_kept_on_average() -> None:
    rng = torch.Generator().manual_seed(0)
    x = torch.randn(1, 1, 8, 8, generator=rng, dtype=torch.complex64)
    for kind in (RandomPhaseRetrieval, StructuredRandomPhaseRetrieval):
        powers = torch.stack([kind.random(128, (1, 8, 8), rng=rng).A(x).sum() for _ in range(100)])
        assert float(powers.mean() / x.abs().square().sum()) == pytest.approx(1, abs=0.03)
