import pytest
import torch

from preimage.errors import ArgumentError
from preimage.fidelity import likelihood
from preimage.functional import Zero
from preimage.optim import MLEM, Variational
from preimage.physics import BlurFFT, Inpainting, PoissonNoise, stack
from tests.optim.problems import Dense, counts, matrix_of


def run(f, g, x, steps):
    algorithm = MLEM().prepare(f, g, x)
    states = [algorithm.init(x)]
    for _ in range(steps):
        states.append(algorithm.step(f, g, states[-1]))
    return [state.x for state in states]


def likelihood_of_counts(background):
    p = counts(background)
    return p, likelihood(p.physics, p.y)


def test_one_step_is_the_formula():
    p, f = likelihood_of_counts(0.1)
    matrix, x = matrix_of(p.physics), torch.full((3, 1, 1, 4), 0.7).double()
    flat = x.flatten(1)
    expected = flat / matrix.sum(0) * ((p.y / (flat @ matrix.mT + 0.1)) @ matrix)
    torch.testing.assert_close(run(f, p.prior, x, 1)[1].flatten(1), expected)


def test_counts_are_kept_and_the_likelihood_never_falls():
    for background in (0.0, 0.1):
        p, f = likelihood_of_counts(background)
        images = run(f, p.prior, torch.full((3, 1, 1, 4), 0.1).double(), 30)
        values = torch.stack([f(x) for x in images])
        assert bool((values.diff(dim=0) <= 1e-9 * values[0].abs()).all())
        if background == 0:
            for x in images[1:]:
                torch.testing.assert_close(p.physics.A(x).sum(1), p.y.sum(1))


def test_zeros_stay_zero_and_what_is_not_seen_stays():
    matrix = torch.tensor([[1.0, 0.5, 0.0], [0.2, 1.0, 0.0], [0.3, 0.0, 0.0]])
    physics = Dense(matrix, PoissonNoise(0.1))
    f = likelihood(physics, torch.tensor([[1.0, 2.0, 0.0]]))
    x = run(f, Zero(), torch.tensor([0.0, 1.0, 0.4]).reshape(1, 1, 1, 3), 50)[-1]
    torch.testing.assert_close(x.flatten(), torch.tensor([0.0, 2.0, 0.4]))
    black = run(likelihood(physics, torch.zeros(1, 3)), Zero(), torch.ones(1, 1, 1, 3), 3)[-1]
    assert black.flatten().tolist() == [0, 0, 1]


def test_a_diagonal_is_solved_in_one_step_and_sensors_weigh_by_their_counts():
    y = torch.rand(2, 1, 3, 4, generator=torch.Generator().manual_seed(0))
    transmission = torch.full((3, 4), 0.25)
    physics = Inpainting(transmission, PoissonNoise(0.1))
    x = Variational(MLEM(), max_steps=1, tol=None)(y, physics)
    torch.testing.assert_close(x, y / 0.25)
    # Two detectors of one image: the mean of y_i weighted by 1 / gain_i maximises the likelihood.
    both = stack(Inpainting(torch.ones(3, 4), PoissonNoise(0.1)), Inpainting(torch.ones(3, 4), PoissonNoise(0.3)))
    other = torch.rand(2, 1, 3, 4, generator=torch.Generator().manual_seed(1))
    x = Variational(MLEM(), max_steps=1, tol=None)((y, other), both)
    torch.testing.assert_close(x, (3 * y + other) / 4)


def test_deconvolution_by_transforms_stays_positive_in_single_precision(rng):
    physics = BlurFFT(torch.tensor([[0.1, 0.2, 0.1], [0.1, 0.2, 0.1], [0.0, 0.1, 0.1]]), PoissonNoise(0.05))
    image = torch.zeros(1, 1, 16, 16)
    image[..., 4:6, 7:9] = 1
    y = physics(image, rng=rng)
    x = Variational(MLEM(), max_steps=100, tol=None, init=lambda y, physics: torch.ones_like(y))(y, physics)
    double, expected = physics.to(torch.float64), torch.ones_like(y, dtype=torch.float64)
    for _ in range(100):
        mean = double.A(expected)
        share = torch.where(mean > 0, y / mean.where(mean > 0, 1), 0)
        expected = expected * double.A_adjoint(share).clamp_min(0) / double.A_adjoint(torch.ones_like(expected))
    assert bool((x >= 0).all())
    torch.testing.assert_close(x.double(), expected, rtol=1e-3, atol=1e-3)


def test_gradients_flow_to_the_measurement():
    p, _ = likelihood_of_counts(0.0)
    y = p.y.clone().requires_grad_()
    model = Variational(MLEM(), init=lambda y, physics: torch.ones(3, 1, 1, 4).double(), max_steps=5, tol=None)
    assert torch.autograd.gradcheck(lambda data: model(data, p.physics), (y,))


def test_negative_counts_are_refused():
    physics = Inpainting(torch.ones(4, 4), PoissonNoise(1.0))
    y = torch.full((1, 1, 4, 4), 3.0)
    y[..., 0, 0] = -1
    with pytest.raises(ArgumentError, match="background"):
        Variational(MLEM(), None).solve(y, physics)
