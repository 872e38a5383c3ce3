import pytest
import torch

from preimage.errors import ArgumentError, CapabilityError
from preimage.functional import Separable, Smooth, Zero
from preimage.optim import ADMM, FISTA, GD, L2, PGD, Preconditioned, SpectralPreconditioner, TVPrior, Variational
from preimage.optim.acceleration._change_of_variables import compose_data_term, compose_prior
from preimage.optim.prior import Box, L1Prior, Tikhonov
from preimage.physics import BlurFFT, Denoising, GaussianNoise, Inpainting
from preimage.testing import check_prox, check_smooth
from tests.example import Example, deblurring, random

EXAMPLES = {
    Preconditioned: [Example(lambda: Preconditioned(GD(), SpectralPreconditioner(deblurring(), 0.1)))],
}


SHAPE = (2, 3, 4, 5)


class Quartic(Smooth):
    def forward(self, x):
        return x.pow(4).flatten(1).sum(1)


def diagonal(condition: float = 1e6):
    """A diagonal operator with that condition number of its Hessian, and noise of unit variance."""
    s = torch.logspace(0, -0.5 * float(torch.tensor(condition).log10()), 60, dtype=torch.float64).reshape(3, 4, 5)
    return s[None], Inpainting(s, GaussianNoise(1.0))


def data(seed: int = 0) -> torch.Tensor:
    return torch.randn(SHAPE, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("algorithm", [PGD(), FISTA()], ids=repr)
def test_a_diagonal_problem_is_solved_at_once_by_the_inverse_of_its_diagonal(algorithm):
    s, physics = diagonal()
    y = data()
    # The minimiser of (s x - y)^2 / 2 + w |x|, pixel by pixel.
    wanted = (s * y).sign() * ((s * y).abs() - 1e-3).clamp_min(0) / s**2
    fast = Variational(Preconditioned(algorithm, 1 / s), L1Prior(1e-3), max_steps=50, tol=1e-10).solve(y, physics)
    torch.testing.assert_close(fast.x, wanted, rtol=1e-9, atol=1e-9)
    assert int(fast.steps.max()) <= 2
    slow = Variational(algorithm, L1Prior(1e-3), max_steps=500, tol=1e-10).solve(y, physics)
    assert not bool(slow.converged.any())
    assert float((slow.x - wanted).norm()) > 0.1 * float(wanted.norm())


@pytest.mark.parametrize("shape", [(4, 5), (3, 1, 1), (1, 4, 5), (2, 3, 4, 5)])
def test_diagonals_of_every_shape_leave_the_minimiser_where_it_is(shape):
    s, physics = diagonal(10.0)
    y = data()
    preconditioner = random(*shape, low=0.5, high=2.0).double()
    wanted = ((s * y).abs() - 0.2).clamp_min(0) * (s * y).sign() / s**2
    x = Variational(Preconditioned(PGD(), preconditioner), L1Prior(0.2), max_steps=2000, tol=1e-11)(y, physics)
    torch.testing.assert_close(x, wanted, rtol=0, atol=1e-8)


def test_a_blur_is_inverted_at_once_by_the_root_of_its_hessian():
    kernel = random(3, 3).double()
    physics = BlurFFT(kernel / kernel.sum(), GaussianNoise(1.0))
    y = data()
    wanted = physics.solve_shifted(physics.A_adjoint(y), 1e-3)
    preconditioner = SpectralPreconditioner(physics, 1e-3)
    for algorithm in (GD(), Preconditioned(GD(), preconditioner)):
        solution = Variational(algorithm, Tikhonov(1e-3), max_steps=60, tol=1e-9).solve(y, physics)
        close = float((solution.x - wanted).norm()) < 1e-6 * float(wanted.norm())
        assert close == isinstance(algorithm, Preconditioned)


def test_the_composed_functionals_keep_what_they_promise():
    s = random(2, 3, 4, 5, low=0.5, high=2.0).double()
    operator, x = Inpainting(s), data()
    for prior in (L1Prior(0.7), Tikhonov(0.7)):
        check_prox(compose_prior(prior, operator, x), x)  # pyright: ignore
    check_smooth(compose_prior(Tikhonov(0.7), operator, x), x)  # pyright: ignore
    likelihood = L2(BlurFFT(random(3, 3).double()), data(1))
    check_smooth(compose_data_term(likelihood, operator, x), x)
    assert torch.equal(compose_prior(Box(0.0, 1.0), operator, x).prox(x, 0.1), (s * x).clamp(0, 1) / s)  # pyright: ignore
    check_smooth(compose_data_term(Quartic(), SpectralPreconditioner(BlurFFT(random(3, 3).double()), 0.1), x), x)
    assert isinstance(compose_prior(Zero(), operator, x), Zero)


@pytest.mark.parametrize("prior", [L1Prior(0.3), Tikhonov(0.3), Box(0.2, 0.6)], ids=lambda p: type(p).__name__)
def test_a_separable_prox_takes_a_step_for_every_pixel(prior):
    x, step = data(), random(*SHAPE, low=0.1, high=3.0).double()
    found = prior.prox(x, step)
    for index in torch.randint(60, (7,), generator=torch.Generator().manual_seed(0)).tolist():
        alone = prior.prox(x[:1].flatten()[index].reshape(1, 1, 1, 1), float(step[0].flatten()[index]))
        torch.testing.assert_close(found[0].flatten()[index], alone.squeeze())


def test_algorithms_that_need_the_prox_of_the_data_term_work():
    s, physics = diagonal(100.0)
    y = data()
    wanted = s * y / (s**2 + 0.1)
    x = Variational(Preconditioned(ADMM(), 1 / s), Tikhonov(0.1), max_steps=2000, tol=1e-10)(y, physics)
    torch.testing.assert_close(x, wanted, rtol=0, atol=1e-7)


def test_start_counter_and_step_size():
    s, physics = diagonal(100.0)
    model = Variational(Preconditioned(PGD(), 1 / s), L1Prior(0.1), init=lambda *_: data(3), max_steps=3, tol=None)
    algorithm = model.algorithm.prepare(L2(physics, data()), L1Prior(0.1), data(3))
    state = algorithm.init(data(3))
    torch.testing.assert_close(state.inner.x, s * data(3))
    assert torch.equal(state.x, data(3))
    solution = model.solve(data(), physics, trace=True)
    assert solution.state.k == 3
    torch.testing.assert_close(solution.history.series["step_size"], torch.ones(3, 2).double())


def test_samples_are_independent():
    s, physics = diagonal(100.0)
    y = data()
    model = Variational(Preconditioned(FISTA(), s.rsqrt()), L1Prior(0.1), max_steps=500, tol=1e-7)
    together = model(y, physics)
    for index in (0, 1):
        torch.testing.assert_close(model(y[index : index + 1], physics)[0], together[index], rtol=0, atol=1e-9)


def test_what_does_not_fit_is_refused():
    y = data()
    with pytest.raises(CapabilityError, match="Separable under a diagonal"):
        Variational(Preconditioned(PGD(), torch.ones(4, 5)), TVPrior())(y, Denoising())
    blurred = SpectralPreconditioner(BlurFFT(random(3, 3).double()))
    with pytest.raises(CapabilityError, match="Separable under a diagonal"):
        Variational(Preconditioned(PGD(), blurred), L1Prior())(y, Denoising())
    with pytest.raises(ArgumentError, match="positive"):
        Preconditioned(PGD(), torch.zeros(4, 5))


def test_the_mean_of_a_step_size_that_differs_between_pixels_is_reported():
    s, physics = diagonal(10.0)
    steps = torch.stack([0.5 / s[0] ** 2, 1.5 / s[0] ** 2])
    solution = Variational(PGD(steps), L1Prior(0.1), max_steps=200, tol=1e-9).solve(data(), physics, trace=True)
    assert solution.history.series["step_size"][0].tolist() == pytest.approx(steps.mean((1, 2, 3)).tolist())
    wanted = ((s * data()).abs() - 0.1).clamp_min(0) * (s * data()).sign() / s**2
    torch.testing.assert_close(solution.x, wanted, rtol=0, atol=1e-6)


def test_what_is_diagonal_is_asked_of_the_operator():
    """Twice the identity is as good a diagonal as a tensor of twos."""
    x, prior = data(), L1Prior(0.7)
    found, expected = (compose_prior(prior, s, x) for s in (2 * Denoising(), Inpainting(torch.full_like(x[:1], 2))))
    assert isinstance(found, Separable)
    assert isinstance(expected, Separable)
    torch.testing.assert_close(found.prox(x, 0.1), expected.prox(x, 0.1))
    for operator in (BlurFFT(random(3, 3).double()), -1 * Denoising()):
        with pytest.raises(CapabilityError, match="Separable under a diagonal preconditioner"):
            compose_prior(Box(0.0, 1.0), operator, x)
