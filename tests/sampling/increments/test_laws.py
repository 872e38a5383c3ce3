import math

import pytest
import torch

from preimage.errors import ArgumentError
from preimage.sampling import Chains
from preimage.sampling.increments import (
    GaussianIncrements,
    IncrementLaw,
    LaplaceIncrements,
    SpikeLaplaceIncrements,
    StudentIncrements,
)

LIKE = torch.zeros(4, 50_000, dtype=torch.float64)


def drawn(law: IncrementLaw) -> torch.Tensor:
    return law.draw(LIKE, Chains.seeded(0, 4)).flatten()


@pytest.mark.parametrize(
    ("law", "shares"),  # P(|u| < 1/2), P(|u| < 2)
    [
        (GaussianIncrements(0.25), (math.erf(1 / math.sqrt(2)), math.erf(4 / math.sqrt(2)))),
        (LaplaceIncrements(0.7), (1 - math.exp(-0.5 / 0.7), 1 - math.exp(-2 / 0.7))),
        (StudentIncrements(1.0, 2.0), (2 / math.pi * math.atan(0.25), 0.5)),
        (StudentIncrements(2.0), (0.5 / math.sqrt(2.25), 2 / math.sqrt(6))),
        (SpikeLaplaceIncrements(0.7, 0.1), (1 - 0.1 * math.exp(-0.5 / 0.7), 1 - 0.1 * math.exp(-2 / 0.7))),
    ],
)
def test_increments_have_their_law(law: IncrementLaw, shares: tuple[float, float]) -> None:
    u = drawn(law).abs()
    for bound, share in zip((0.5, 2.0), shares, strict=True):
        error = math.sqrt(share * (1 - share) / len(u))
        assert float((u < bound).double().mean()) == pytest.approx(share, abs=4 * error)


def test_most_increments_of_spikes_are_zero() -> None:
    assert float((drawn(SpikeLaplaceIncrements(1.0, 0.1)) == 0).double().mean()) == pytest.approx(0.9, abs=0.004)


@pytest.mark.parametrize("law", [LaplaceIncrements(0.7), StudentIncrements(3.0, 0.5)])
def test_variances_given_increments_follow_from_their_joint_law(law: IncrementLaw) -> None:
    """Drawn anew from increments that were drawn from variances, they have the law that they had; and go with these."""
    before = law.draw_variances(LIKE, Chains.seeded(1, 4))
    u = before.sqrt() * Chains.seeded(2, 4).normal(before)
    after = law.variances_given(u, Chains.seeded(3, 4))
    for power in (0.25, -0.25):
        spread = float((before**power).std()) / math.sqrt(before.numel())
        assert float((after**power).mean()) == pytest.approx(float((before**power).mean()), abs=6 * spread)
    together = [(v**0.25 * u.abs() ** 0.25).mean().item() for v in (before, after)]
    assert together[1] == pytest.approx(together[0], rel=0.01)


def test_a_laplace_variance_is_one_over_inverse_gaussian() -> None:
    """``E v = scale |u| + scale^2``, and ``E 1/v = 1 / (scale |u|)``: moments of the inverse Gaussian law."""
    law, u = LaplaceIncrements(0.5), torch.full_like(LIKE, 2.0)
    v = law.variances_given(u, Chains.seeded(4, 4))
    assert float(v.mean()) == pytest.approx(0.5 * 2 + 0.25, rel=0.01)
    assert float((1 / v).mean()) == pytest.approx(1 / (0.5 * 2), rel=0.01)


def test_what_is_refused() -> None:
    for make in (lambda: GaussianIncrements(0), lambda: LaplaceIncrements(-1), lambda: StudentIncrements(0)):
        with pytest.raises(ArgumentError, match="must be positive"):
            make()
    with pytest.raises(ArgumentError, match="`jumps` must be"):
        SpikeLaplaceIncrements(jumps=1.0)
