import pytest
import torch

from preimage.denoisers import TVDenoiser
from preimage.errors import ArgumentError, CapabilityError, ConvergenceError, FieldError
from preimage.metric import PSNR
from preimage.optim import (
    ADMM,
    GCV,
    PGD,
    SURE,
    DiscrepancyPrinciple,
    LCurve,
    PnP,
    Tikhonov,
    TVPrior,
    Variational,
    WaveletPrior,
    WeightRange,
    Whiteness,
    choose_weight,
)
from preimage.physics import BlurFFT, Denoising, GaussianNoise, Inpainting, kernels
from tests.optim.weight.linear import MODEL, linear, random


def generator():
    return torch.Generator().manual_seed(3)


def camera(side):
    """The photograph of scikit-image, averaged over squares."""
    data = pytest.importorskip("skimage.data")
    pixels = torch.from_numpy(data.camera()).double()[None, None] / 255
    return torch.nn.functional.avg_pool2d(pixels, 512 // side)


CRITERIA = [DiscrepancyPrinciple(), SURE(), GCV(), Whiteness(), LCurve()]
NAMED = [pytest.param(criterion, id=type(criterion).__name__) for criterion in CRITERIA]


@pytest.fixture(scope="module")
def blurred():
    """A blurred noisy photograph, total variation, and the best PSNR of a grid of weights."""
    x = camera(64)
    physics = BlurFFT(kernels.gaussian_blur(1.0).double(), noise=GaussianNoise(0.03))
    y = physics(x, rng=generator())
    model = Variational(ADMM(), TVPrior(tol=1e-3), max_steps=60, tol=1e-3)
    scores = []
    for weight in (3.0, 5.0, 8.0, 13.0, 20.0, 32.0):
        scores.append(PSNR()(Variational(ADMM(), TVPrior(weight, tol=1e-3), max_steps=60, tol=1e-3)(y, physics), x))
    return x, physics, y, model, max(scores).item()


@pytest.mark.parametrize("criterion", NAMED[:4])
def test_photograph_is_nearly_as_good_as_with_the_best_weight(blurred, criterion):
    x, physics, y, model, best = blurred
    choice = choose_weight(
        model, y, physics, criterion, WeightRange(low=1.0, high=300.0, points=6, tol=0.5), rng=generator()
    )
    assert PSNR()(choice.x, x).item() > best - 0.5
    assert PSNR()(y, x).item() < best - 2  # there is something to lose
    assert 1 < choice.weight.item() < 300


@pytest.mark.parametrize("criterion", NAMED)
def test_samples_are_chosen_for_one_by_one(criterion):
    x = camera(32).expand(3, -1, -1, -1)
    sigma = torch.tensor([0.02, 0.05, 0.15], dtype=torch.float64)
    physics = Denoising(GaussianNoise(sigma))
    y = physics(x, rng=generator())
    # What thresholds take from a noisy image is always white: another prior for Whiteness.
    prior = TVPrior(tol=1e-3) if isinstance(criterion, Whiteness) else WaveletPrior(1.0, "haar", 3)
    model = Variational(PGD(), prior, max_steps=3, tol=1e-10)
    together = choose_weight(model, y, physics, criterion, WeightRange(points=12), rng=generator())
    assert together.weight.dtype == together.x.dtype == torch.float64
    scaled = (together.weight * sigma**2).tolist()
    assert scaled[0] < scaled[1] < scaled[2] or isinstance(criterion, LCurve)
    for i in range(3):
        alone = choose_weight(
            model,
            y[i : i + 1],
            physics.replace(sigma=sigma[i].item()),
            criterion,
            WeightRange(points=12),
            rng=generator(),
        )
        torch.testing.assert_close(alone.weight, together.weight[i : i + 1])
        torch.testing.assert_close(alone.x, together.x[i : i + 1])
        count = int(together.weights[:, i].isfinite().sum())
        torch.testing.assert_close(alone.weights[:, 0], together.weights[:count, i])
        torch.testing.assert_close(alone.values[:, 0], together.values[:count, i])
        assert alone.why[0] == together.why[i]


def test_missing_pixels_do_not_count():
    x = camera(32)
    mask = random(32, 32) > 0.5
    physics = Inpainting(mask, GaussianNoise(0.1))
    noisy = physics(x, rng=generator())
    model = Variational(PGD(), Tikhonov(), tol=1e-10)
    for criterion in (DiscrepancyPrinciple(0.8), SURE(), GCV(), Whiteness()):
        first, second = (choose_weight(model, y, physics, criterion, rng=generator()) for y in (noisy, noisy * mask))
        torch.testing.assert_close(first.weight, second.weight)
        if isinstance(criterion, DiscrepancyPrinciple):
            misfit = ((first.x - noisy)[..., mask] / 0.1).square().mean()
            assert misfit.item() == pytest.approx(0.8, rel=1e-3)
    sure = choose_weight(model, noisy, physics, SURE(), rng=generator())
    h = 1 / (1 + 0.01 * sure.weights)  # x = h y where seen
    torch.testing.assert_close(sure.series["divergence"], h, rtol=1e-6, atol=0)


def test_automatic_range_holds_the_balance():
    """For denoising and an energy, w = ||y||^2 / (2 sigma^2) / (||y||^2 / 2) = 1 / sigma^2."""
    y = random(1, 1, 8, 8).double()
    choice = choose_weight(MODEL, y, Denoising(GaussianNoise(0.2)), Whiteness(), WeightRange(tol=20.0))
    assert choice.weights.nan_to_num().max().item() == pytest.approx(4 / 0.04)


def test_a_range_that_is_too_narrow_is_said():
    problem = linear(0, diagonal=True)
    arguments = (MODEL, problem.y, problem.physics)
    high = choose_weight(*arguments, SURE(), weights=WeightRange(low=1e-7, high=1e-5, points=4), rng=generator())
    assert high.why == ("minimum at the upper end of the range",)
    assert high.weight.item() == pytest.approx(1e-5)
    low = choose_weight(*arguments, SURE(), weights=WeightRange(low=1e5, high=1e7, points=4), rng=generator())
    assert low.why == ("minimum at the lower end of the range",)
    assert (
        "lower end" in choose_weight(*arguments, DiscrepancyPrinciple(), weights=WeightRange(low=1e5, high=1e7)).why[0]
    )
    assert (
        "upper end"
        in choose_weight(*arguments, DiscrepancyPrinciple(), weights=WeightRange(low=1e-7, high=1e-5)).why[0]
    )


def test_the_chosen_model_repeats_the_reconstruction():
    problem = linear(0, diagonal=True)
    choice = choose_weight(MODEL, problem.y, problem.physics, GCV(), rng=generator())
    torch.testing.assert_close(choice.model(problem.y, problem.physics), choice.x)
    assert choice.model.prior.weight.item() == choice.weight.item()


def test_probes_follow_the_generator():
    problem = linear(0, diagonal=False)
    first, again, other = (
        choose_weight(MODEL, problem.y, problem.physics, SURE(), rng=torch.Generator().manual_seed(seed)).values
        for seed in (0, 0, 1)
    )
    assert torch.equal(first, again)
    assert first.shape != other.shape or not torch.equal(first, other)


def test_arguments():
    y, physics = random(1, 1, 4, 4).double(), Denoising(GaussianNoise(0.1))
    for low, high in ((1.0, 1.0), (2.0, 1.0), (0.0, 1.0), (-1.0, 1.0), (None, float("inf"))):
        with pytest.raises(ArgumentError, match="`low` and `high`"):
            choose_weight(MODEL, y, physics, SURE(), WeightRange(low=low, high=high))
    with pytest.raises(ArgumentError, match="`points`"):
        choose_weight(MODEL, y, physics, SURE(), WeightRange(points=2))
    with pytest.raises(ArgumentError, match="`tol`"):
        choose_weight(MODEL, y, physics, SURE(), WeightRange(tol=0.0))
    with pytest.raises(FieldError, match="weight"):
        choose_weight(Variational(PGD()), y, physics, SURE())
    with pytest.raises(FieldError, match="strength"):
        choose_weight(MODEL, y, physics, SURE(), field="strength")
    with pytest.raises(CapabilityError, match="prior must be a Module"):
        choose_weight(Variational(PGD(), torch.nn.Identity()), y, physics, SURE())
    with pytest.raises(ArgumentError, match="give both"):
        choose_weight(Variational(PGD(), TVPrior()), torch.ones(1, 1, 4, 4), physics, SURE())


def test_a_prior_without_a_value_needs_a_range():
    y = Denoising(GaussianNoise(0.1))(camera(32), rng=generator())
    model = Variational(PGD(), PnP(TVDenoiser()), max_steps=20, tol=1e-3)
    with pytest.raises(CapabilityError, match="`high` must be given"):
        choose_weight(model, y, Denoising(GaussianNoise(0.1)), SURE())
    choice = choose_weight(
        model, y, Denoising(GaussianNoise(0.1)), DiscrepancyPrinciple(), WeightRange(low=0.01, high=100.0, points=5)
    )
    assert ((choice.x - y) / 0.1).square().mean().item() == pytest.approx(1, abs=0.02)


def test_divergence_of_the_model_names_sample_and_weight():
    problem = linear(0, diagonal=True)
    model = Variational(PGD(1e9), Tikhonov(), max_steps=100)
    with pytest.raises(ConvergenceError, match=r"sample 0 of 1 diverged .* narrow the range"):
        choose_weight(model, problem.y, problem.physics, SURE(), WeightRange(low=1e-9, high=1e-8))


def test_plot():
    pytest.importorskip("matplotlib")
    problem = linear(0, diagonal=True)
    for criterion, panels in ((SURE(), 3), (DiscrepancyPrinciple(), 1), (LCurve(), 4)):
        figure = choose_weight(MODEL, problem.y, problem.physics, criterion, rng=generator()).plot()
        assert len(figure.axes) == panels
        assert figure.axes[0].get_title() == type(criterion).__name__
        figure.canvas.draw()
