import pytest
import torch

from preimage.errors import CapabilityError
from preimage.fidelity import likelihood
from preimage.functional import Zero
from preimage.optim import GD, MLEM, PGD, SAGA, Variational, VectorExtrapolation
from preimage.physics import Blur, PoissonNoise
from tests.example import Example

EXAMPLES = {VectorExtrapolation: [Example(lambda: VectorExtrapolation(PGD()))]}

PHYSICS = Blur(torch.ones(1, 1, 5, 5, dtype=torch.float64) / 25, "valid", noise=PoissonNoise(0.02, 0.1))


def measured(batch: int = 1) -> torch.Tensor:
    rng = torch.Generator().manual_seed(0)
    return PHYSICS(torch.rand(batch, 1, 20, 22, generator=rng, dtype=torch.float64), rng)


def test_it_is_the_published_recursion():
    y = measured()
    f = likelihood(PHYSICS, y)
    plain = MLEM().prepare(f, Zero(), PHYSICS.A_adjoint(y))
    state = plain.init(PHYSICS.A_adjoint(y))
    x = z = state.x
    before = None
    for _ in range(12):
        following = plain.step(f, Zero(), plain.moved(state, z)).x
        change = following - z
        share = 0.0 if before is None else float((change * before).sum() / before.square().sum())
        x, z, before = following, (following + min(max(share, 0), 1) * (following - x)).clamp_min(0), change
    found = Variational(
        VectorExtrapolation(MLEM()), init=lambda y, physics: physics.A_adjoint(y), max_steps=12, tol=None
    )
    torch.testing.assert_close(found(y, PHYSICS), x, rtol=1e-10, atol=0)


def test_expectation_maximisation_takes_a_third_of_the_steps():
    y = measured(3)
    f = likelihood(PHYSICS, y)

    def value(algorithm, steps: int):
        return f(Variational(algorithm, max_steps=steps, tol=None)(y, PHYSICS))

    assert bool((value(VectorExtrapolation(MLEM()), 40) < value(MLEM(), 120)).all())


def test_the_image_stays_non_negative_and_samples_are_independent():
    y = measured(3)
    model = Variational(VectorExtrapolation(MLEM()), max_steps=30, tol=None)
    together = model(y, PHYSICS)
    assert float(together.min()) >= 0
    torch.testing.assert_close(torch.cat([model(one, PHYSICS) for one in y.split(1)]), together, rtol=1e-9, atol=1e-12)


def test_it_takes_what_goes_on_from_its_estimate_alone():
    assert not VectorExtrapolation(GD()).is_stationary
    with pytest.raises(CapabilityError, match="MemorylessAlgorithm"):
        VectorExtrapolation(SAGA())  # pyright: ignore[reportArgumentType]
