import numpy as np
import torch
from scipy.special import wrightomega

from preimage.physics.noise._omega import wright_omega


def test_it_is_scipys() -> None:
    t = torch.linspace(-600, 600, 4001, dtype=torch.float64)
    np.testing.assert_allclose(wright_omega(t).numpy(), wrightomega(t.numpy()), rtol=2e-14)
    single = torch.linspace(-80, 80, 501)
    np.testing.assert_allclose(wright_omega(single).numpy(), wrightomega(single.double().numpy()), rtol=2e-5)


def test_its_derivative_is_w_over_one_plus_w() -> None:
    t = torch.linspace(-20, 20, 41, dtype=torch.float64, requires_grad=True)
    w = wright_omega(t)
    torch.testing.assert_close(torch.autograd.grad(w.sum(), t)[0], (w / (1 + w)).detach())
