import pytest
import torch

from preimage.physics.codec.jpeg_sampling import down_sampled, resampled_adjoint, up_sampled
from tests.example import random


@pytest.mark.parametrize("factors", [(1, 1), (1, 2), (2, 2)])
def test_flat_samples_stay(factors):
    x = torch.full((2, 7, 9), 77.0)
    half = down_sampled(x, *factors, whole=True)
    rows, columns = -(-7 // factors[0]), -(-9 // factors[1])
    assert half.eq(77).all()
    assert torch.equal(up_sampled(half[..., :rows, :columns], *factors, (7, 9), whole=True), x)


def test_halves_go_down_and_up_in_turn():
    x = torch.tensor([[[0.0, 1.0] * 8]])
    assert down_sampled(x, 1, 2, whole=True).tolist() == [[[0, 1] * 4]]
    assert down_sampled(x.repeat(1, 2, 1), 2, 2, whole=True).tolist() == [[[0, 1] * 4]]
    assert down_sampled(x, 1, 2, whole=False).eq(0.5).all()


def test_the_nearer_sample_counts_three_times():
    x = torch.tensor([[0.0, 8.0, 0.0]])
    assert up_sampled(x, 1, 2, (1, 6), whole=False).tolist() == [[0, 2, 6, 6, 2, 0]]
    assert up_sampled(x[:, :2], 1, 2, (1, 3), whole=False).tolist() == [[0, 0, 8]]  # narrow: repeated


def test_rounding_is_less_than_one():
    x = (255 * random(2, 12, 14)).round()
    for factors in ((1, 2), (2, 2)):
        exact = up_sampled(x, *factors, (12 * factors[0], 28), whole=False)
        assert (up_sampled(x, *factors, (12 * factors[0], 28), whole=True) - exact).abs().max() < 1


@pytest.mark.parametrize("factors", [(1, 1), (1, 2), (2, 2)])
@pytest.mark.parametrize("shape", [(2, 8, 10), (1, 7, 9), (3, 5, 4), (2, 1, 3), (1, 1, 1)])
def test_the_adjoint_is_the_transpose(factors, shape):
    """Odd and even sizes, and rows so short that they are repeated."""
    x, y = random(*shape).double(), random(*shape, seed=1).double()
    passed = up_sampled(down_sampled(x, *factors, whole=False), *factors, shape[1:], whole=False)
    torch.testing.assert_close((passed * y).sum(), (x * resampled_adjoint(y, *factors)).sum())
