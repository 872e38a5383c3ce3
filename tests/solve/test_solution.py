import warnings

import pytest
import torch

from preimage.denoisers import TGVDenoiser, TVDenoiser
from preimage.errors import ConvergenceWarning
from preimage.optim import GCV, PGD, TGVPrior, TVPrior, Variational, WaveletPrior, WeightRange, choose_weight
from preimage.physics import Blur, Denoising, GaussianNoise
from preimage.solve import LinearSolution, cg, checked_solution, lsqr


def picture(*shape):
    return torch.rand(shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


SHORT = {
    "tv": lambda x: TVPrior(1.0, max_steps=3).prox(x, 1.0),
    "tgv": lambda x: TGVPrior(1.0, max_steps=3).prox(x, 1.0),
    "tgv value": lambda x: TGVPrior(1.0, tol=1e-9, max_steps=3)(x),
    "wavelets": lambda x: WaveletPrior(1.0, ("haar", "db2"), max_steps=3).prox(x, 1.0),
    "tv denoiser": lambda x: TVDenoiser(tol=0.0)(x, 0.3),
    "tgv denoiser": lambda x: TGVDenoiser(max_steps=3)(x, 0.3),
}


@pytest.mark.parametrize("name", SHORT)
def test_inner_problems_that_stop_short_say_so(name):
    with pytest.warns(ConvergenceWarning, match=r"stopped after .* steps at a relative duality gap of .*; .*`tol`"):
        SHORT[name](picture(1, 1, 7, 6).float())


# A random kernel and a reflected border: square and invertible, with a condition number of a million.
def hard():
    kernel = torch.rand(5, 5, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    return Blur(kernel / kernel.sum(), "reflect")


def test_the_pseudo_inverse_says_where_it_stopped_and_how_to_go_on():
    physics, x = hard(), picture(1, 1, 13, 13)
    y = physics.A(x)
    with pytest.warns(ConvergenceWarning, match=r"`A_dagger` of Blur stopped after 1000 .*preimage\.solve\.lsqr\("):
        found = physics.A_dagger(y)
    # What the message says leads on: the residual falls, and the solver tells whether it has arrived.
    longer = lsqr(physics.A, physics.A_adjoint, y, max_steps=3000)
    assert float((longer.x - x).norm()) < 0.5 * float((found - x).norm())
    with pytest.warns(ConvergenceWarning, match=r"`solve_shifted` of Blur stopped .*preimage\.solve\.cg\("):
        physics.solve_shifted(physics.A_adjoint(y), 1e-9)
    with pytest.warns(ConvergenceWarning, match="`solve_shifted` of Blur"):
        physics.solve_regularized(y, 1e-9)


def test_gradients_that_stop_short_say_so_too():
    physics = hard()
    y = physics.A(picture(1, 1, 16, 16)).requires_grad_()
    with pytest.warns(ConvergenceWarning, match="`A_dagger`"):
        found = physics.A_dagger(y)
    with pytest.warns(ConvergenceWarning, match="The gradient through a least-squares solution"):
        found.sum().backward()
    matrix = torch.diag(torch.logspace(-8, 0, 50, dtype=torch.float64))
    b = picture(1, 50).requires_grad_()
    with pytest.warns(ConvergenceWarning, match="The gradient through a linear solve"):
        cg(lambda v: v @ matrix, b, max_steps=5).x.sum().backward()


def test_what_converges_or_shows_its_own_fault_is_silent():
    physics = Blur(torch.tensor([[0.1, 0.8, 0.1]]).double(), "reflect")
    x = picture(1, 1, 8, 8).requires_grad_()
    torch.testing.assert_close(physics.A_dagger(physics.A(x)), x, rtol=0, atol=1e-6)
    lost = LinearSolution(x, torch.tensor([3]), torch.tensor([False]), torch.tensor([torch.nan]))
    assert checked_solution(lost, "It", "nothing") is x


def test_the_choice_of_a_weight_warns_once():
    physics = Denoising(GaussianNoise(0.1))
    y = physics(picture(1, 1, 6, 6).float().cumsum(-1) / 6, torch.Generator().manual_seed(0))
    model = Variational(PGD(), TGVPrior(1.0, tol=0.05, max_steps=3), max_steps=4, tol=1e-2)
    with warnings.catch_warnings(record=True) as noted:
        warnings.simplefilter("always")
        choose_weight(model, y, physics, GCV(), WeightRange(points=4, tol=1.0))
    assert [note.category for note in noted] == [ConvergenceWarning]
