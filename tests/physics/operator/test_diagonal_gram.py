import torch
from torch import Tensor

from preimage.physics.operator import DiagonalGram
from preimage.testing import check_linear


class Twice(DiagonalGram):
    """Two masks, side by side."""

    def __init__(self, masks: Tensor, told: bool = True) -> None:
        super().__init__()
        self.masks = masks
        self.told = told

    def A(self, x: Tensor) -> Tensor:
        return x * self.masks.to(x.dtype)

    def A_adjoint(self, y: Tensor) -> Tensor:
        return (y * self.masks.to(y.dtype)).sum(1, keepdim=True)

    def gram(self, like: Tensor) -> Tensor | None:
        return self.masks.to(like.real.dtype).square().sum(1, keepdim=True) if self.told else None


def masks(rng: torch.Generator) -> Tensor:
    values = torch.rand(1, 3, 4, 5, generator=rng)
    values[:, :, 1, 2] = 0
    return values


def test_solves_are_those_of_the_dense_matrix(rng: torch.Generator) -> None:
    check_linear(Twice(masks(rng)), torch.randn(3, 1, 4, 5, generator=rng))


def test_where_nothing_is_told_solves_iterate(rng: torch.Generator) -> None:
    told, silent = Twice(masks(rng)), Twice(masks(rng).clone(), told=False)
    silent = silent.replace(masks=told.masks)
    y = torch.randn(2, 3, 4, 5, generator=rng)
    b = torch.randn(2, 1, 4, 5, generator=rng)
    torch.testing.assert_close(told.A_dagger(y), silent.A_dagger(y), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(told.solve_shifted(b, 0.1), silent.solve_shifted(b, 0.1), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(told.norm(b), silent.norm(b)[:1], rtol=1e-3, atol=0)


def test_what_is_never_seen_is_zero(rng: torch.Generator) -> None:
    y = torch.randn(2, 3, 4, 5, generator=rng)
    found = Twice(masks(rng)).A_dagger(y)
    assert float(found[:, :, 1, 2].abs().max()) == 0
    assert bool(found.isfinite().all())
