from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from preimage.physics import Inpainting, LinearPhysics
from preimage.testing import check_linear

X = torch.rand(2, 3, 4, 5, generator=torch.Generator().manual_seed(0)).double()
MASK = torch.rand(4, 5, generator=torch.Generator().manual_seed(1)).double() + 0.2


class Affine(Inpainting):
    def A(self, x: Tensor) -> Tensor:
        return self.mask * x + 0.1


class WrongAdjoint(Inpainting):
    def A_adjoint(self, y: Tensor) -> Tensor:
        return 1.01 * self.mask * y


class WrongNormal(Inpainting):
    def normal_map(self, like: Tensor) -> Callable[[Tensor], Tensor]:
        return lambda x: self.mask * x


class WrongNorm(Inpainting):
    def norm(self, like: Tensor) -> Tensor:
        return self.mask.square().amax().reshape(1).to(like.dtype)


class WrongDagger(Inpainting):
    def A_dagger(self, y: Tensor) -> Tensor:
        return y / (self.mask + 1e-3)


class NaNDagger(Inpainting):
    def A_dagger(self, y: Tensor) -> Tensor:
        size = y.flatten(1).norm(dim=1).reshape(-1, 1, 1, 1)
        return y / self.mask / size * size


class IgnoresBatch(Inpainting):
    def solve_shifted(self, b: Tensor, rho: float | Tensor) -> Tensor:
        first = rho.flatten()[0] if isinstance(rho, Tensor) else rho
        return b / (self.mask.square() + first)


class LeavesOut(Inpainting):
    def seen(self, y: Tensor) -> Tensor:
        return self.mask > 0.5


class Plain(LinearPhysics):
    """No closed form of its own: the iterative defaults."""

    def __init__(self, mask: Tensor) -> None:
        super().__init__()
        self.mask = mask

    def A(self, x: Tensor) -> Tensor:
        return (self.mask.to(x.dtype) * x).sum(1, keepdim=True)

    def A_adjoint(self, y: Tensor) -> Tensor:
        return self.mask.to(y.dtype) * y


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_iterative_defaults_pass(dtype: torch.dtype) -> None:
    mask = torch.rand(2, 3, 4, 5, generator=torch.Generator().manual_seed(2)) + 0.2
    mask[:, :, 0, 0] = 0  # an unseen pixel: singular
    check_linear(Plain(mask), X.to(dtype))


@pytest.mark.parametrize(
    ("physics", "message"),
    [
        (Affine(MASK), "Affine: A.a x . z. differs"),
        (WrongAdjoint(MASK), "WrongAdjoint: <A x, y> and <x, A_adjoint y> differ by"),
        (WrongNormal(MASK), "WrongNormal: normal, against A_adjoint after A, differs"),
        (WrongNorm(MASK), "WrongNorm: norm is"),
        (WrongDagger(MASK), "WrongDagger: A_dagger, against the pseudo-inverse,"),
        (NaNDagger(MASK), "NaNDagger: A_dagger, against the pseudo-inverse,"),
        (LeavesOut(MASK), "LeavesOut: measured leaves out entries that A reaches"),
        (IgnoresBatch(MASK), "IgnoresBatch: solve_shifted with one rho per sample, against a dense solve,"),
    ],
)
def test_unsound_ones_are_told(physics: LinearPhysics, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check_linear(physics, X)


def test_the_adjoint_is_not_that_of_a_transpose() -> None:
    class Transposed(Inpainting):
        def A_adjoint(self, y: Tensor) -> Tensor:
            return y * torch.as_tensor(1j)

        def A(self, x: Tensor) -> Tensor:
            return x * torch.as_tensor(1j)

    with pytest.raises(AssertionError, match="<A x, y> and <x, A_adjoint y>"):
        check_linear(Transposed(MASK), torch.complex(X, X.flip(0)))
