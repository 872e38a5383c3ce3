import pytest
import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.fidelity import likelihood
from preimage.optim import (
    GD,
    PGD,
    Alternating,
    AlternatingState,
    Backtracking,
    Block,
    ParameterTerm,
    Simplex,
    Tikhonov,
    Variational,
)
from preimage.physics import BlurFFT, GaussianNoise, Haze, Inpainting, LinearPhysics, Physics
from tests.example import LEVELS, Example, kernel, random

X = random(2, 3, 6, 5, seed=1)
GUESS = kernel(1, 1, 3, 3)
SEARCH = Backtracking(PGD(), grow=2.0)


def deblurring() -> LinearPhysics:
    """A periodic blur with one kernel for all images."""
    return BlurFFT(GUESS, GaussianNoise(0.1))


def blind(max_steps: int = 3, tol: float | None = None) -> Alternating:
    image = Block(PGD(), Tikhonov(1.0), 2)
    return Alternating("kernel", image, Block(SEARCH, Simplex(), 2), max_steps=max_steps, tol=tol)


EXAMPLES = {
    Alternating: [Example(blind, physics=deblurring, tol=1e-3)],
    ParameterTerm: [
        Example(lambda: ParameterTerm(X, 0.5 * X, deblurring(), "kernel"), shape=(2, 1, 3, 3)),
        Example(lambda: ParameterTerm(X[:, :1], X[:, 1:2], Haze(X[:1, :1], LEVELS, 0.9), "beta"), shape=(2, 1)),
    ],
}


class Gain(LinearPhysics):
    """``A x = gain * mask * x``."""

    def __init__(self, gain: float | Tensor, noise: GaussianNoise | None = None) -> None:
        super().__init__(noise)
        self.gain = gain

    def A(self, x: Tensor) -> Tensor:
        return torch.as_tensor(self.gain).to(x.dtype).reshape(-1, 1, 1, 1) * x

    def A_adjoint(self, y: Tensor) -> Tensor:
        return self.A(y)


def test_it_stops_where_both_gradients_vanish() -> None:
    y = random(2, 1, 4, 4, seed=5).double()
    physics = Gain(0.7, GaussianNoise(0.5))
    image, gain = Tikhonov(2.0), Tikhonov(3.0)
    model = Alternating("gain", Block(PGD(), image, 5), Block(SEARCH, gain, 5), max_steps=500, tol=1e-9)
    solution = model.solve(y, physics)
    assert bool(solution.converged.all())
    x, theta = solution.x, solution.state.theta
    assert theta.shape == (2, 1)
    known = model.calibrated(physics, theta)
    torch.testing.assert_close(likelihood(known, y).grad(x) + image.grad(x), torch.zeros_like(x), atol=1e-6, rtol=0)
    slope = ParameterTerm(x, y, physics, "gain").grad(theta) + gain.grad(theta)
    torch.testing.assert_close(slope, torch.zeros_like(theta), atol=1e-6, rtol=0)
    # With the best x for each theta put in, 4 P / (4 theta^2 + 2) + 3/2 theta^2 is to be minimised, P = ||y||^2.
    power = y.square().flatten(1).sum(1)
    torch.testing.assert_close(theta[:, 0].square(), (4 * (2 * power / 3).sqrt() - 2) / 4, atol=1e-6, rtol=0)


def test_no_turn_raises_the_objective() -> None:
    physics = deblurring()
    y = physics(X, torch.Generator().manual_seed(0))
    model = Alternating("kernel", Block(PGD(), Tikhonov(1.0), 3), Block(SEARCH, Simplex(), 3))
    state, values = model.init(y, physics), []
    for _ in range(12):
        state = model.step(y, physics, state)
        values.append(likelihood(model.calibrated(physics, state.theta), y)(state.x) + Tikhonov(1.0)(state.x))
    told = torch.stack(values)
    assert bool((told[1:] <= told[:-1] * (1 + 1e-6)).all())
    assert bool((told[-1] < 0.9 * told[0]).all())
    assert state.k == 12


def test_a_kernel_is_found_from_a_wrong_guess() -> None:
    """With the image nearly known, the kernel is that of least squares."""
    x = random(2, 1, 16, 16, seed=9).double()
    truth = BlurFFT(kernel(1, 1, 3, 3).double(), GaussianNoise(0.01))
    truth = truth.replace(kernel=Simplex().prox(truth.kernel, 1.0))
    y = truth.A(x)
    guess = truth.replace(kernel=torch.full((1, 1, 3, 3), 1 / 9, dtype=torch.float64))
    still = Block(GD(1e-12))
    solution = Alternating("kernel", still, Block(SEARCH, Simplex(), 15), max_steps=6, tol=None).solve(y, guess, x)
    torch.testing.assert_close(solution.state.theta, truth.kernel.expand(2, -1, -1, -1), atol=1e-3, rtol=0)


def test_turns_are_those_of_the_algorithms() -> None:
    physics = deblurring()
    y = physics(X, torch.Generator().manual_seed(0))
    held = Alternating("kernel", Block(PGD(), Tikhonov(1.0), 7), Block(GD(1e-30)), max_steps=3, tol=None)
    plain = Variational(PGD(), Tikhonov(1.0), max_steps=21, tol=None)
    torch.testing.assert_close(held(y, physics), plain(y, physics))


def test_a_state_goes_on() -> None:
    physics = deblurring()
    y = physics(X, torch.Generator().manual_seed(0))
    state = blind().init(y, physics)
    for _ in range(3):
        state = blind().step(y, physics, state)
    assert isinstance(state, AlternatingState)
    torch.testing.assert_close(state.x, blind(3).solve(y, physics).x)


@pytest.mark.parametrize(
    ("physics", "name", "told"),
    [
        (Inpainting(torch.ones(6, 5)), "kernel", "`name` must be a field of Inpainting"),
        (Gain(0.5), "noise", "`name` must name a number or a tensor"),
        (BlurFFT(torch.ones(3, 3)), "kernel", r"leading dimension 1 or 2, got \(3, 3\); reshape it to \(1, 3, 3\)"),
    ],
)
def test_what_is_no_parameter_is_told(physics: Physics, name: str, told: str) -> None:
    with pytest.raises(ArgumentError, match=told):
        Alternating(name, Block(PGD()), Block(GD())).init(X, physics)


def test_a_turn_has_a_step() -> None:
    with pytest.raises(ArgumentError, match="`steps`"):
        Block(PGD(), None, 0)


class Line(LinearPhysics):
    """``A x = gain * x + offset * mean``, two numbers of one physics; linear in ``x``."""

    def __init__(self, gain: float | Tensor, offset: float | Tensor, noise: GaussianNoise | None = None) -> None:
        super().__init__(noise)
        self.gain = gain
        self.offset = offset

    def A(self, x: Tensor) -> Tensor:
        gain, offset = (torch.as_tensor(value).to(x.dtype).reshape(-1, 1, 1, 1) for value in (self.gain, self.offset))
        return gain * x + offset * x.mean((1, 2, 3), keepdim=True)

    def A_adjoint(self, y: Tensor) -> Tensor:
        return self.A(y)


def test_two_parameters_are_found_together() -> None:
    """With the image known, gain and offset are those of least squares."""
    x = random(2, 1, 8, 8, seed=4).double()
    truth = Line(0.7, 0.4, GaussianNoise(0.1))
    search = Block(SEARCH, steps=5)
    model = Alternating(("gain", "offset"), Block(GD(1e-12)), (search, search), max_steps=200, tol=1e-9)
    solution = model.solve(truth.A(x), Line(1.0, 0.0, GaussianNoise(0.1)), x)
    gain, offset = solution.state.theta
    torch.testing.assert_close(gain, torch.full((2, 1), 0.7, dtype=torch.float64), atol=1e-4, rtol=0)
    torch.testing.assert_close(offset, torch.full((2, 1), 0.4, dtype=torch.float64), atol=1e-4, rtol=0)
    known = model.calibrated(truth, (gain, offset))
    torch.testing.assert_close(known.A(x), truth.A(x), atol=1e-3, rtol=0)
    again = model.replace(max_steps=1).solve(truth.A(x), Line(1.0, 0.0, GaussianNoise(0.1)), x)
    assert len(again.state.theta) == 2


def test_there_is_a_block_for_each_parameter() -> None:
    with pytest.raises(ArgumentError, match="`parameter` must be a block for each name, got 1 for"):
        Alternating(("gain", "offset"), Block(PGD()), Block(GD()))
