import pytest
import torch

from preimage.errors import ShapeError
from preimage.metric import NMSE, CosineSimilarity, PhaseAlignedNMSE, align_phase
from tests.example import Example

EXAMPLES = {metric: [Example(metric, complex=True)] for metric in (CosineSimilarity, PhaseAlignedNMSE)}


def test_by_hand() -> None:
    x = torch.tensor([[[[3.0, 4.0]]], [[[1.0, 0.0]]], [[[0.0, 0.0]]]])
    x_hat = torch.tensor([[[[-4.0, -3.0]]], [[[0.0, 2.0]]], [[[1.0, 1.0]]]])
    torch.testing.assert_close(CosineSimilarity()(x_hat, x), torch.tensor([24 / 25, 0, 0]))
    torch.testing.assert_close(PhaseAlignedNMSE()(x_hat, x)[:2], torch.tensor([2 / 25, 5.0]))


def test_a_global_phase_is_not_seen(rng: torch.Generator) -> None:
    x = torch.randn(3, 1, 4, 5, generator=rng, dtype=torch.complex128)
    turns = torch.polar(torch.ones(3, dtype=torch.float64), torch.tensor([0.3, 2.0, -3.0], dtype=torch.float64))
    turned = turns.reshape(3, 1, 1, 1) * x
    torch.testing.assert_close(align_phase(turned, x), x)
    assert float(PhaseAlignedNMSE()(turned, x).max()) < 1e-30
    torch.testing.assert_close(CosineSimilarity()(2 * turned, x), torch.ones(3, dtype=torch.float64))


def test_no_other_phase_is_nearer(rng: torch.Generator) -> None:
    x, x_hat = torch.randn(2, 1, 1, 3, 3, generator=rng, dtype=torch.complex128)
    best = PhaseAlignedNMSE()(x_hat, x)
    for angle in torch.linspace(0, 6.28, 50, dtype=torch.float64):
        assert bool((NMSE()(torch.exp(1j * angle) * x_hat, x) >= best - 1e-12).all())


def test_shapes_must_agree() -> None:
    with pytest.raises(ShapeError, match="`x_hat` must have the shape of `x`"):
        align_phase(torch.ones(1, 1, 2, 2), torch.ones(1, 1, 2, 3))
