import sys

import pytest
import torch

from preimage.errors import MissingDependency, ShapeError
from preimage.transform import direct_fourier, direct_fourier_adjoint, nufft, nufft_adjoint
from tests.example import random


def array(*shape: int, seed: int = 1) -> torch.Tensor:
    return torch.complex(random(*shape, seed=seed, low=-1), random(*shape, seed=seed + 1, low=-1)).to(torch.complex128)


def points(*shape: int) -> torch.Tensor:
    return random(*shape, seed=9, low=-0.5, high=0.5).double()


def relative(a: torch.Tensor, b: torch.Tensor) -> float:
    return float((a - b).norm() / b.norm())


@pytest.mark.parametrize("shape", [(33,), (32, 27), (9, 8, 7)])
@pytest.mark.parametrize("shared", [True, False])
def test_it_is_the_sum(shape: tuple[int, ...], shared: bool) -> None:
    k, x = points(1 if shared else 2, 300, len(shape)), array(2, 3, *shape)
    y = direct_fourier(x, k)
    for tol, most in ((1e-4, 2e-4), (None, 1e-8), (1e-12, 1e-11), (0.0, 1e-14)):
        assert relative(nufft(x, k, tol), y) < most
    back = direct_fourier_adjoint(y, k, shape)
    assert relative(nufft_adjoint(y, k, shape), back) < 1e-8
    assert relative(nufft(x.to(torch.complex64), k), y) < 3e-5
    assert relative(nufft_adjoint(y.to(torch.complex64), k, shape), back) < 3e-5


def test_small_errors_are_reached_in_single_precision_too() -> None:
    """FINUFFT alone takes `eps=1e-6` in single precision and reaches about 1e-5 (2.5.1); points are rounded, too."""
    k, x = points(1, 400, 1), array(1, 1, 4001)
    exact = direct_fourier(x, k)
    assert relative(nufft(x.to(torch.complex64), k, 1e-7), exact) < 3e-7
    assert relative(nufft(x.to(torch.complex64), k, 1e-5), exact) < 1.5e-5  # such a size is computed in double


def test_points_beyond_a_cycle_are_those_within() -> None:
    """FINUFFT 2.5.1 folds them at three half turns."""
    k, x = points(1, 300, 2), array(1, 1, 16, 15)
    assert relative(nufft(x, k + torch.tensor([5.0, -40.0]), 1e-9), direct_fourier(x, k)) < 1e-8


@pytest.mark.parametrize("tol", [1e-3, 1e-9])
def test_the_adjoint_is_that_of_the_same_approximation(tol: float) -> None:
    k, x, y = points(1, 200, 2), array(2, 2, 16, 15), array(2, 2, 200, seed=5)
    left, right = (nufft(x, k, tol).conj() * y).sum(), (x.conj() * nufft_adjoint(y, k, (16, 15), tol)).sum()
    assert (left - right).abs() < 1e-13 * y.norm() * x.norm()


@pytest.mark.parametrize("batch", [1, 2])
def test_gradients_are_right_and_right_again(batch: int) -> None:
    k = points(batch, 160, 2).requires_grad_()
    x = array(2, 2, 12, 9).requires_grad_()
    y = array(2, 2, 160, seed=4).requires_grad_()
    # Central differences, of the gradient, too, along random directions; the transforms are exact to 1e-13.
    for transform, inputs in (
        (lambda x, k: nufft(x, k, 1e-13), (x, k)),
        (lambda y, k: nufft_adjoint(y, k, (12, 9), 1e-13), (y, k)),
    ):
        assert torch.autograd.gradcheck(transform, inputs, fast_mode=True)
        assert torch.autograd.gradgradcheck(transform, inputs, fast_mode=True)


def test_gradients_are_those_of_the_sum() -> None:
    found = []
    for transform in (nufft, direct_fourier):
        x, k = array(2, 3, 12, 9).requires_grad_(), points(1, 200, 2).requires_grad_()
        energy = (transform(x, k) - array(2, 3, 200, seed=3)).abs().square().sum()
        found.append(torch.autograd.grad(energy, (x, k)))
    for one, other in zip(*found, strict=True):
        assert relative(one, other) < 1e-8


def test_precision_and_points_of_another_precision() -> None:
    x, k = array(1, 1, 15, 14).to(torch.complex64).requires_grad_(), points(1, 90, 2).requires_grad_()
    y = nufft(x, k)
    y.abs().sum().backward()
    assert y.dtype == torch.complex64
    assert (x.grad.dtype, k.grad.dtype) == (torch.complex64, torch.float64)


def test_lazy_conjugates_are_seen() -> None:
    x, k = array(1, 2, 16, 16), points(1, 90, 2)
    assert relative(nufft(x.conj(), k), direct_fourier(x.conj().resolve_conj(), k)) < 1e-8


def test_a_few_terms_are_summed() -> None:
    x, k = array(1, 1, 5, 4), points(1, 7, 2)
    assert torch.equal(nufft(x, k), direct_fourier(x, k))


def test_transforms_of_torch_take_the_sum() -> None:
    x, k = array(1, 1, 12, 13), points(3, 1, 170, 2)
    mapped = torch.func.vmap(lambda place: nufft(x, place))(k)
    for index in range(3):
        torch.testing.assert_close(mapped[index], direct_fourier(x, k[index]))
    compiled = torch.compile(nufft, fullgraph=True, backend="eager")
    torch.testing.assert_close(compiled(x, k[0]), direct_fourier(x, k[0]))


def test_without_finufft_small_problems_are_summed(monkeypatch: pytest.MonkeyPatch) -> None:
    x, k = array(1, 1, 12, 13), points(1, 170, 2)
    y = direct_fourier(x, k)
    assert not torch.equal(nufft(x, k), y)
    monkeypatch.setitem(sys.modules, "finufft", None)
    assert torch.equal(nufft(x, k), y)
    assert torch.equal(nufft_adjoint(y, k, (12, 13)), direct_fourier_adjoint(y, k, (12, 13)))
    large = torch.zeros(1, dtype=torch.complex64).expand(1, 1, 1024, 1024)
    with pytest.raises(
        MissingDependency, match=r"Fourier transform of 20000 samples needs.*'finufft'.*preimage\[mri\]"
    ):
        nufft(large, torch.zeros(1, 1, 1).expand(1, 20000, 2))


def test_points_fit_the_array() -> None:
    with pytest.raises(ShapeError, match=r"`points` must be real, \(1 or B, M, 2\)"):
        nufft(array(1, 1, 4, 4), torch.zeros(1, 5, 3))
    with pytest.raises(ShapeError, match="`points` must be real"):
        nufft_adjoint(array(1, 1, 5), torch.zeros(5, 2), (4, 4))
