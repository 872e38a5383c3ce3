import pytest
import torch
from torch import Tensor, nn

import preimage.optim.prior.patch as module
from preimage.optim import PatchPrior
from tests.example import LEVELS, Example, mixture

EXAMPLES = {
    PatchPrior: [
        Example(lambda: PatchPrior(mixture(12), 2, weight=LEVELS)),
        Example(lambda: PatchPrior(torch.nn.Sequential(torch.nn.Linear(12, 1), torch.nn.Flatten(0)), 2, 2)),
    ],
}


class Energy(nn.Module):
    """``||v||^4``: not additive over pixels."""

    def forward(self, v: Tensor) -> Tensor:
        return v.square().sum(-1).square()


@pytest.mark.parametrize(("size", "stride"), [(2, 1), (3, 2), (4, 4)])
def test_value_and_gradient_against_a_loop(size: int, stride: int, rng: torch.Generator) -> None:
    x = torch.rand(2, 3, 7, 6, generator=rng, dtype=torch.float64, requires_grad=True)
    weight = torch.tensor([0.5, 2.0], dtype=torch.float64)
    rows, columns = (sorted({*range(0, n - size + 1, stride), n - size}) for n in (7, 6))
    energies = [x[:, :, r : r + size, c : c + size].flatten(1).square().sum(1).square() for r in rows for c in columns]
    value = weight * torch.stack(energies).sum(0) * stride**2 / size**2
    prior = PatchPrior(Energy(), size, stride, weight)
    torch.testing.assert_close(prior(x), value)
    (gradient,) = torch.autograd.grad(value.sum(), x)
    torch.testing.assert_close(prior.grad(x.detach()), gradient)
    torch.testing.assert_close(prior.grad(x), gradient)


def test_a_pixel_counts_once_whatever_the_patches() -> None:
    class Sum(nn.Module):
        def forward(self, v: Tensor) -> Tensor:
            return v.sum(-1)

    x = torch.zeros(1, 1, 24, 24)
    x[..., 12, 12] = 1.0
    for size, stride in ((2, 1), (4, 2), (6, 3), (8, 8)):
        assert float(PatchPrior(Sum(), size, stride)(x)) == pytest.approx(1)


def test_chunks_change_nothing(rng: torch.Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    x, prior = torch.rand(2, 1, 6, 5, generator=rng, dtype=torch.float64), PatchPrior(Energy(), 2)
    value, gradient = prior(x), prior.grad(x)
    monkeypatch.setattr(module, "_CHUNK", 7)
    torch.testing.assert_close(prior(x), value)
    torch.testing.assert_close(prior.grad(x), gradient)


def test_the_gradient_is_differentiable(rng: torch.Generator) -> None:
    x = torch.rand(1, 1, 4, 4, generator=rng, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(PatchPrior(Energy(), 2).grad, x)
