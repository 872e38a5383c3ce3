import math
from dataclasses import replace
from itertools import pairwise

import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.fidelity import likelihood
from preimage.functional import Zero
from preimage.optim import MLEM, OSEM, PDHG, SPDHG, TVPrior, Variational
from preimage.physics import PET, DetectorPairs, ParallelBeam, PoissonNoise, RingScanner
from tests.example import Example, random
from tests.physics.tomography.ellipses import Ellipse

RING = RingScanner(8, 5, 6.0)
RINGS = RingScanner(8, 5, 5.0, 2, 2.0, 1, 2)
LISTED = DetectorPairs(random(7, 2, low=-6, high=6), torch.tensor([[0, 1], [2, 5], [6, 4], [1, 3], [6, 0]]))
PARALLEL = ParallelBeam((0.0, 50.0, 90.0), 5, 1.2)
PER_IMAGE = random(2, 1, 4, 5, low=0.5, high=1.5)

EXAMPLES = {
    PET: [
        Example(lambda: PET(RING, (6, 5), 1.1, PER_IMAGE, 1.5), shape=(2, 1, 6, 5)),
        Example(lambda: PET(RING, (5, 5), (1.0, 0.8), noise=PoissonNoise(1.0, PER_IMAGE)), shape=(2, 3, 5, 5)),
        Example(lambda: PET(RINGS, (2, 3, 2), (2.0, 1.2, 1.5), random(4, 4, 5, low=0.5)), shape=(3, 1, 2, 3, 2)),
        Example(lambda: PET(PARALLEL.take(slice(0, 2)), (4, 5), 0.9, random(1, 1, 2, 5), 0.7), shape=(2, 1, 4, 5)),
        Example(lambda: PET(PARALLEL.take(slice(0, 2)), (3, 4, 5), (2.0, 1.0, 1.0), fwhm=1.0), shape=(2, 1, 3, 4, 5)),
        Example(lambda: PET(LISTED, (5, 6), efficiency=random(5, low=0.5)), shape=(2, 1, 5, 6)),
    ],
}

SCANNER = RingScanner(48, 25, 16.0, rays=2)
SHAPE, PIXEL = (16, 16), 1.2
HEAD = Ellipse(0.0, 0.0, 8.0, 7.0)
WATER = 0.03


def phantom(finer=4):
    hot, cold = Ellipse(3.0, 2.0, 3.0, 3.0, value=3.0), Ellipse(-3.0, -1.0, 2.5, 2.5, value=-0.5)
    return sum(e.picture(SHAPE, PIXEL, finer) for e in (HEAD, hot, cold))


def scan(level=1.0, background=0.0, fwhm=1.2):
    """With attenuation by water, detectors that see more and less, and a resolution of a pixel."""
    bare = PET(SCANNER, SHAPE, PIXEL, fwhm=fwhm)
    normalisation = level * random(1, 1, 24, 25, low=0.6, high=1.4).double()
    efficiency = normalisation * bare.attenuation_factors(WATER * HEAD.picture(SHAPE, PIXEL, 4))
    return bare.replace(efficiency=efficiency, noise=PoissonNoise(1.0, background))


def uniform(y, physics):
    y = y[0] if isinstance(y, tuple) else y
    return torch.ones(len(y), 1, *SHAPE, dtype=y.dtype)


def matrix_of(physics, size=SHAPE):
    eye = torch.eye(size[0] * size[1], dtype=torch.float64).reshape(-1, 1, *size)
    return physics.A(eye).flatten(1).T


def test_it_is_its_formula() -> None:
    ring = PET(SCANNER, SHAPE, PIXEL)
    strength = random(1, 1, 24, 25).double()
    x, mu = phantom(), WATER * HEAD.picture(SHAPE, PIXEL, 4)
    physics = ring.replace(efficiency=strength * ring.attenuation_factors(mu))
    torch.testing.assert_close(physics.A(x), strength * (-ring.A(mu)).exp() * ring.A(x))
    counts = ring.replace(background=5.0)(x, torch.Generator().manual_seed(0))
    assert torch.equal(counts, counts.round())
    assert (counts.sum() - (ring.A(x) + 5.0).sum()).abs() < 4 * (ring.A(x) + 5.0).sum().sqrt()


def test_water_lets_through_what_it_lets_through() -> None:
    disk = Ellipse(0.0, 0.0, 7.0, 7.0, value=WATER)
    scanner = RingScanner(32, 7, 16.0)
    found = PET(scanner, (64, 64), 0.3).attenuation_factors(disk.picture((64, 64), 0.3, 4))[0, 0]
    chord = 2 * (49 - (16 * (math.pi * (torch.arange(7) - 3) / 32).sin()) ** 2).sqrt()
    torch.testing.assert_close(found, (-WATER * chord).exp().expand(16, 7).double(), rtol=0.01, atol=0)


def test_sensitivity_of_parallel_views_is_that_of_their_number() -> None:
    physics = PET(ParallelBeam(torch.arange(0, 180, 20.0), 30, 0.9), (8, 9), 1.3, efficiency=0.5)
    sensitivity = physics.A_adjoint(torch.ones(1, 1, 9, 30, dtype=torch.float64))
    expected = torch.full_like(sensitivity, 0.5 * 9 * 1.3**2 / 0.9)  # each view keeps the mass of a pixel
    torch.testing.assert_close(sensitivity, expected, rtol=1e-12, atol=0)


def test_an_expectation_step_is_the_dense_one() -> None:
    physics = scan(level=20.0, background=random(1, 1, 24, 25, low=1.0, high=3.0).double())
    matrix, background = matrix_of(physics), physics.noise.background.flatten()
    counts = physics(phantom(), torch.Generator().manual_seed(0))
    x = random(*SHAPE, low=0.5).double()
    f = likelihood(physics, counts)
    algorithm = MLEM().prepare(f, Zero(), x[None, None])
    found = algorithm.step(f, Zero(), algorithm.init(x[None, None])).x
    ratio = matrix.T @ (counts.flatten() / (matrix @ x.flatten() + background))
    torch.testing.assert_close(found.flatten(), x.flatten() / matrix.sum(0) * ratio, rtol=1e-10, atol=0)


def test_the_likelihood_rises_at_one_subset() -> None:
    physics = scan(level=5.0, background=2.0)
    y = physics.split(physics(phantom(), torch.Generator().manual_seed(0)), 1)
    parts = physics.subsets(1)
    f, x = likelihood(parts, y), torch.ones(1, 1, *SHAPE, dtype=torch.float64)
    algorithm = OSEM().prepare(f, Zero(), x)
    state, values = algorithm.init(x), [f(x).item()]
    for _ in range(60):
        state = algorithm.step(f, Zero(), state)
        values.append(f(state.x).item())
    assert all(b <= a for a, b in pairwise(values))
    assert values[-1] < values[0] - 100


def test_bias_on_a_phantom_without_noise() -> None:
    physics = scan(level=100.0, background=random(1, 1, 24, 25, low=20.0, high=60.0).double(), fwhm=0.0)
    x = phantom()
    y = physics.A(x) + physics.noise.background
    found = Variational(OSEM(), Zero(), init=uniform, max_steps=60, tol=None)(physics.split(y, 4), physics.subsets(4))
    for region in (Ellipse(3.0, 2.0, 2.5, 2.5), Ellipse(-3.0, -1.0, 1.8, 1.8), HEAD):
        mask = region.picture(SHAPE, PIXEL, 4)
        bias = ((found - x) * mask).sum() / (x * mask).sum()
        assert abs(bias.item()) < 0.01


def test_scatter_as_background_leaves_no_bias() -> None:
    x, copies = phantom(), 200
    scatter = 10 * (1 - torch.linspace(-1, 1, 25).square()).expand(1, 1, 24, 25).double()  # a third of the counts
    physics = scan(level=2.0, background=scatter).replace(scanner=replace(SCANNER, rays=1))
    assert 0.25 < (scatter.sum() / (physics.A(x).sum() + scatter.sum())).item() < 0.5
    y = physics(x.expand(copies, 1, *SHAPE), torch.Generator().manual_seed(0))
    solver = Variational(OSEM(), Zero(), init=uniform, max_steps=8, tol=None)
    found = solver(physics.split(y, 4), physics.subsets(4))
    exact, without = physics.A(x) + scatter, physics.replace(background=0.0)
    noiseless = solver(physics.split(exact, 4), physics.subsets(4))
    ignored = solver(without.split(exact, 4), without.subsets(4))
    for region in (Ellipse(3.0, 2.0, 2.5, 2.5), HEAD):
        mask = region.picture(SHAPE, PIXEL, 4)
        truth, target = ((image * mask).sum().item() for image in (x, noiseless))
        values = (found * mask).flatten(1).sum(1)
        error = (values.std() / copies**0.5).item()
        assert abs(values.mean().item() - target) < 3 * error + 0.005 * truth
        assert abs(values.mean().item() - truth) < 0.02 * truth
        assert (ignored * mask).sum().item() > 1.05 * truth


@pytest.mark.parametrize("scanner", [SCANNER, ParallelBeam(torch.arange(0, 180, 20.0), 17, 1.1), LISTED])
def test_subsets_are_parts_of_the_whole(scanner) -> None:
    bare = PET(scanner, SHAPE, PIXEL)
    x = random(2, 1, *SHAPE)
    strength, background = random(*bare.A(x).shape[2:], low=0.5), random(*bare.A(x).shape, low=1.0, high=2.0)
    physics = bare.replace(efficiency=strength, background=background)
    y, parts = physics.A(x), physics.subsets(3)
    for part, found, expected in zip(parts.operators, parts.A(x), physics.split(y, 3), strict=True):
        torch.testing.assert_close(found, expected)
        assert part.noise.background.shape == expected.shape
    torch.testing.assert_close(parts.A_adjoint(physics.split(y, 3)), physics.A_adjoint(y))
    whole = likelihood(physics, y.round())(x)
    torch.testing.assert_close(likelihood(parts, physics.split(y.round(), 3))(x), whole)
    with pytest.raises(ArgumentError, match="`count` must be"):
        physics.subsets(25)


def test_total_variation_by_primal_dual_methods() -> None:
    physics = scan(level=4.0, background=3.0).to(torch.float32)
    x = phantom().float()
    y = physics(x, torch.Generator().manual_seed(0))
    plain = Variational(MLEM(), Zero(), max_steps=100, tol=None)(y, physics)
    smooth = Variational(PDHG(), TVPrior(0.7), max_steps=50, tol=None)(y, physics)
    parts = Variational(SPDHG(), TVPrior(0.7), max_steps=50, tol=None)(physics.split(y, 4), physics.subsets(4))
    assert (smooth - x).norm() < 0.9 * (plain - x).norm()
    torch.testing.assert_close(parts, smooth, rtol=0, atol=0.15)


def test_the_volume_of_one_ring_is_the_plane() -> None:
    plane, volume = PET(RING, (6, 5), 1.1), PET(RING, (1, 6, 5), 1.1)
    x = random(2, 1, 6, 5)
    torch.testing.assert_close(volume.A(x[:, :, None])[:, :, 0], plane.A(x))


def test_gradients_reach_attenuation() -> None:
    bare, x = PET(RING, (6, 5), 1.1), random(1, 1, 6, 5).double()
    mu = (0.1 * random(1, 1, 6, 5, seed=1)).double().requires_grad_()
    assert torch.autograd.gradcheck(lambda mu: bare.replace(efficiency=bare.attenuation_factors(mu)).A(x), mu)


def test_what_does_not_fit_is_refused() -> None:
    physics = PET(RING, (6, 5))
    with pytest.raises(ShapeError, match="`x` must be real of shape"):
        physics.A(torch.zeros(1, 1, 5, 6))
    with pytest.raises(ShapeError, match="`y` must be real of shape"):
        physics.A_adjoint(torch.zeros(1, 1, 4, 6))
    with pytest.raises(ShapeError, match="`efficiency` must broadcast"):
        PET(RING, (6, 5), efficiency=torch.ones(3, 5)).A(torch.zeros(1, 1, 6, 5))
    with pytest.raises(ArgumentError, match="`efficiency` must be at least 0"):
        PET(RING, (6, 5), efficiency=torch.tensor([-1.0]))
    with pytest.raises(ArgumentError, match="`fwhm` must be at least 0"):
        PET(RING, (6, 5), fwhm=-1.0)
    with pytest.raises(ArgumentError, match="`pixel` must be square"):
        PET(PARALLEL, (6, 5), (1.0, 2.0))
    with pytest.raises(ArgumentError, match="`pixel` must be a number, or 2"):
        PET(RING, (6, 5), (1.0, 2.0, 3.0))
    with pytest.raises(ArgumentError, match="`shape` must be"):
        PET(RING, (6,))
    with pytest.raises(ArgumentError, match="`scanner` must be"):
        PET(8, (6, 5))  # type: ignore[arg-type]


def test_a_volume_by_several_rings() -> None:
    physics = PET(RingScanner(24, 13, 10.0, 3, 4.0, rays=3), (5, 8, 8), (2.0, 1.5, 1.5))
    side = torch.linspace(-1, 1, 8, dtype=torch.float64)
    disk = (side**2 + side[:, None] ** 2 < 0.75).double()
    x = (disk * torch.tensor([1.0, 1.0, 1.5, 2.0, 2.0])[:, None, None])[None, None]
    x[0, 0, 2, 2, 5] = 4.0
    parts, y = physics.subsets(3), physics.split(physics.A(x), 3)
    found = Variational(OSEM(), Zero(), max_steps=15, tol=None)(y, parts)
    assert (found.sum() / x.sum()).item() == pytest.approx(1, abs=0.01)
    assert (found - x).norm() < 0.2 * x.norm()
