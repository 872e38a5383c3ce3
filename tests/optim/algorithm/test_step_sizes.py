import pytest
import torch
from torch import Tensor

from preimage.fidelity import likelihood
from preimage.functional import LinearlyComposed, Zero
from preimage.optim import LogSchedule
from preimage.optim.algorithm.step_sizes import curvature, default_steps, powers, value, values
from preimage.physics import Denoising, GaussianNoise, LaplaceNoise, PoissonNoise, stack

X = torch.ones(2, 1, 3, 4, dtype=torch.float64)
Y = torch.rand(2, 1, 3, 4, generator=torch.Generator().manual_seed(0)).double()


class OfNorm(LinearlyComposed):
    """Nothing is known but ``||K||``."""

    def __init__(self, size: float) -> None:
        super().__init__()
        self.size = size

    def linear_norm(self, x: Tensor) -> Tensor:
        return x.new_full((1,), self.size)


TERMS = [OfNorm(3.0), OfNorm(0.0), OfNorm(4.0)]


def test_squared_norms_with_one_in_place_of_zero() -> None:
    assert [float(power) for power in powers(TERMS, X)] == [9, 1, 16]


@pytest.mark.parametrize(("t", "s"), [(None, None), (0.1, None), (None, 0.2), (None, (0.1, 0.2, 0.3))])
@pytest.mark.parametrize("total", [1.0, 0.99])
def test_steps_keep_the_condition_with_equality(t: object, s: object, total: float) -> None:
    """``t sum_i s_i ||K_i||^2 = total``."""
    step, duals = default_steps(TERMS, X, t, s, total)
    found = sum(value(step, X) * d * p for d, p in zip(values(duals, X, 0, 3), powers(TERMS, X), strict=True))
    torch.testing.assert_close(torch.as_tensor(found), torch.tensor([total]).double())
    if s is None:
        shares = [d * p for d, p in zip(values(duals, X, 0, 3), powers(TERMS, X), strict=True)]
        torch.testing.assert_close(shares[0], shares[1])
        torch.testing.assert_close(shares[0], shares[2])


def test_what_is_given_stays() -> None:
    assert default_steps(TERMS, X, 7.0, 8.0) == (7.0, 8.0)


def test_the_primal_step_is_one_over_the_curvature() -> None:
    f = likelihood(2 * Denoising(GaussianNoise(0.5)), Y)
    torch.testing.assert_close(value(default_steps([f], X, None, None)[0], X), torch.tensor([1 / 16]).double())  # pyright: ignore


def test_curvature_of_laws_and_sums() -> None:
    """``||A||^2 / sigma^2``; ``||A||^2 / (gain mean y)``; of a stack the sum."""
    gauss, counts = Denoising(GaussianNoise(0.5)), 3 * Denoising(PoissonNoise(0.1))
    torch.testing.assert_close(curvature(likelihood(gauss, Y), X), torch.tensor([4.0]).double())
    of_counts = 9 / (0.1 * Y.flatten(1).mean(1))
    torch.testing.assert_close(curvature(likelihood(counts, Y), X), of_counts)
    torch.testing.assert_close(curvature(likelihood(stack(gauss, counts), (Y, Y)), X), 4 + of_counts)
    assert curvature(likelihood(Denoising(LaplaceNoise(0.1)), Y), X).tolist() == [0]
    assert curvature(Zero(), X).tolist() == [0]


def test_parameters_of_a_step_beside_an_image() -> None:
    assert value(LogSchedule(1.0, 0.01, 3), X, 1).tolist() == pytest.approx([0.1])
    assert value(torch.tensor([1.0, 2.0]), X).dtype == torch.float64
    assert [float(v) for v in values(0.5, X, 0, 2)] == [0.5, 0.5]
    assert [float(v) for v in values((0.5, 0.7), X, 0, 2)] == [0.5, 0.7]
