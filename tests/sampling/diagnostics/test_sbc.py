import pytest
import torch
from torch import Tensor

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import Denoising, GaussianNoise
from preimage.sampling import PerturbAndOptimize
from preimage.sampling.diagnostics import rank_uniformity, sbc_ranks

COUNT, SAMPLES, NOISE = 2000, 19, 0.5


def measured() -> tuple[Tensor, Tensor]:
    """Images of two independent normal pixels, and what is measured of them."""
    rng = torch.Generator().manual_seed(0)
    x, n = torch.randn(2, COUNT, 1, 1, 2, generator=rng, dtype=torch.float64)
    return x, x + NOISE * n


def drawn(y: Tensor, spread: float = 1.0, shift: float = 0.0) -> Tensor:
    """Samples of ``N(k y, NOISE^2 k)``, ``k = 1 / (1 + NOISE^2)``: the posterior where ``spread`` is one."""
    keep = 1 / (1 + NOISE**2)
    n = torch.randn(COUNT, SAMPLES, 1, 1, 2, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    return keep * y[:, None] + shift + spread * NOISE * keep**0.5 * n


def test_exact_samples_have_uniform_ranks_and_wrong_ones_have_not() -> None:
    x, y = measured()
    p = rank_uniformity(sbc_ranks(drawn(y), x), SAMPLES)
    assert p.shape == (1, 1, 2)
    assert float(p.min()) > 0.01
    for wrong in (drawn(y, spread=0.7), drawn(y, spread=1.5), drawn(y, shift=0.1)):
        assert float(rank_uniformity(sbc_ranks(wrong, x), SAMPLES).max()) < 1e-6


def test_a_sampler_of_this_package_passes_over_pixels_and_not_over_images_with_the_same_random_numbers() -> None:
    x, y = (image.reshape(1, 1, 40, 100) for image in measured())
    model, physics = PerturbAndOptimize(0.0, 1.0, SAMPLES), Denoising(GaussianNoise(NOISE))
    ranks = sbc_ranks(model.sample(y, physics).samples, x)
    assert float(rank_uniformity(ranks.flatten(), SAMPLES)) > 0.01
    rows, known = (image.reshape(COUNT, 1, 1, 2)[:400] for image in (y, x))
    ranks = sbc_ranks(model.sample(rows, physics).samples, known)
    assert float(rank_uniformity(ranks, SAMPLES).max()) < 1e-6


def test_ranks_count_what_lies_below_and_ties_are_drawn() -> None:
    samples = torch.tensor([[1.0, 2.0, 3.0], [5.0, 5.0, 5.0]])
    assert sbc_ranks(samples, torch.tensor([2.5, 7.0])).tolist() == [2, 3]
    ranks = sbc_ranks(torch.zeros(4000, 3), torch.zeros(4000))
    assert float(rank_uniformity(ranks, 3, bins=4)) > 0.01


def test_the_probability_is_that_of_the_chi_squared_test() -> None:
    from scipy.stats import chisquare

    ranks = torch.tensor([0] * 9 + [1] * 4 + [2] * 8 + [3] * 9)
    assert float(rank_uniformity(ranks, 3, bins=4)) == pytest.approx(chisquare([9, 4, 8, 9]).pvalue)
    uneven = torch.arange(60) % 5  # ranks 0 to 4 in two bins, of three and two
    assert float(rank_uniformity(uneven, 4, bins=2)) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("call", "error", "told"),
    [
        (lambda: sbc_ranks(torch.zeros(3, 4, 2), torch.zeros(3, 3)), ShapeError, "`samples` must be"),
        (lambda: rank_uniformity(torch.zeros(9), 9), ArgumentError, "`bins` must be at most 10 for 9"),
        (lambda: rank_uniformity(torch.zeros(90), 4), ArgumentError, "`bins` must be at most 5"),
        (lambda: rank_uniformity(torch.full((90,), 10), 9, 3), ArgumentError, "`ranks` must be 0 to"),
    ],
)
def test_what_makes_no_sense_is_refused(call, error, told) -> None:
    with pytest.raises(error, match=told):
        call()
