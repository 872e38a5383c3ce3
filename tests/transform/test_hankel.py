import numpy as np
import torch
from scipy import special

from preimage.transform import bessel_j1, hankel0, hankel1


def test_values_are_scipys() -> None:
    """To the six digits that the library below has from 3 to 13 (``findings/torch_bessel_double.sh``)."""
    z = torch.logspace(-3, 3, 50, dtype=torch.float64)
    np.testing.assert_allclose(hankel0(z).numpy(), special.hankel1(0, z.numpy()), rtol=2e-6, atol=1e-6)
    np.testing.assert_allclose(hankel1(z).numpy(), special.hankel1(1, z.numpy()), rtol=2e-6, atol=1e-6)
    np.testing.assert_allclose(bessel_j1(z).numpy(), special.jv(1, z.numpy()), rtol=2e-6, atol=1e-6)


def test_derivatives_of_first_and_second_order() -> None:
    z = torch.linspace(0.3, 2.7, 7, dtype=torch.float64, requires_grad=True)
    for function in (hankel0, hankel1):
        assert torch.autograd.gradcheck(lambda z, f=function: torch.view_as_real(f(z)), (z,))
        assert torch.autograd.gradgradcheck(lambda z, f=function: torch.view_as_real(f(z)), (z,))


def test_under_vmap() -> None:
    z = torch.rand(3, 4, generator=torch.Generator().manual_seed(0)) + 0.5
    torch.testing.assert_close(torch.func.vmap(hankel0)(z), hankel0(z))
