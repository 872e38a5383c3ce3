import numpy as np
import pytest
import torch
from scipy import optimize
from scipy.special import wrightomega

from preimage.physics.noise.functions.omega import shortfall, wright_omega


def test_it_is_scipys() -> None:
    t = torch.linspace(-600, 600, 4001, dtype=torch.float64)
    np.testing.assert_allclose(wright_omega(t).numpy(), wrightomega(t.numpy()), rtol=2e-14)
    single = torch.linspace(-80, 80, 501)
    np.testing.assert_allclose(wright_omega(single).numpy(), wrightomega(single.double().numpy()), rtol=2e-5)


def test_its_derivative_is_w_over_one_plus_w() -> None:
    t = torch.linspace(-20, 20, 41, dtype=torch.float64, requires_grad=True)
    w = wright_omega(t)
    torch.testing.assert_close(torch.autograd.grad(w.sum(), t)[0], (w / (1 + w)).detach())


@pytest.mark.parametrize("a", [0.0, 1e-9, 0.3, 1.0, 40.0, 1e6, 1e12])
def test_shortfall_is_the_root_that_scipy_finds(a: float) -> None:
    sizes = [1e-12, 1e-6, 0.1, 1.0, 5.0, 30.0]
    h = torch.tensor([*sizes, *(-h for h in sizes), a * (1 - 1e-3), a, a * (1 + 1e-3)], dtype=torch.float64)
    h = h[h != 0]
    exact = [
        optimize.brentq(lambda v, s=s: v - a * np.expm1(-v) - s, min(s, 0), max(s, 0), xtol=1e-300, rtol=1e-15)
        for s in h.tolist()
    ]
    exact = torch.tensor(exact, dtype=torch.float64)
    rounding = 4 * torch.finfo(torch.float64).eps * h.abs() / (1 + a * (-exact).exp())
    assert ((shortfall(h, torch.full_like(h, a)) - exact).abs() <= 1e-14 * exact.abs() + rounding).all()
    single = h.float()
    exact = shortfall(single.double(), torch.full_like(h, a).float().double())
    error = shortfall(single, torch.full_like(single, a)) - exact
    assert (error.abs() <= 2 * torch.finfo(torch.float32).eps * single.abs()).all()


def test_shortfall_is_finite_where_exponentials_are_not() -> None:
    h, a = torch.tensor([-100.0, -1e4, 1e30, 3.0]), torch.tensor([0.0, 1e-30, 1e30, 1e38])
    assert shortfall(h, a).isfinite().all()


def test_shortfall_has_two_derivatives() -> None:
    h = torch.tensor([-3.0, -1e-3, 0.2, 7.0], dtype=torch.float64, requires_grad=True)
    a = torch.tensor([0.1, 5.0, 2.0, 4.0], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(shortfall, (h, a))
    assert torch.autograd.gradgradcheck(shortfall, (h, a))
