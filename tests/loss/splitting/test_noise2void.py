import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.loss import Noise2Void
from preimage.physics import BlurFFT, CorrelatedGaussianNoise, Denoising, GaussianNoise, Inpainting
from tests.example import SEEN, Example, kernel, random
from tests.loss.draws import DRAWS, Recorder, assert_mean, evaluated, mean_gap, smooth

EXAMPLES = {
    Noise2Void: [
        Example(Noise2Void, complex=True, physics=lambda: Denoising(GaussianNoise(0.1))),
        Example(lambda: Noise2Void(3), physics=lambda: Inpainting(SEEN)),
        Example(lambda: Noise2Void(3, 3), shape=(2, 1, 3, 5, 4), physics=Denoising),
    ]
}

SIGMA = 0.3
X = random(1, 1, 7, 6, seed=1).double()


def excess(y: torch.Tensor, clean: torch.Tensor, physics: Denoising | BlurFFT, model: Recorder) -> torch.Tensor:
    """The loss minus the risk of the pixels that were replaced."""
    found = evaluated(Noise2Void(3), y, physics, model)
    judged = model.shown[0] != y
    risk = (judged * (physics.A(model.said[0]) - clean).square()).flatten(1).sum(1) / judged.flatten(1).sum(1)
    return found - risk


@pytest.mark.parametrize("linear", [True, False])
@pytest.mark.parametrize("physics", [Denoising(), BlurFFT(kernel(3, 3).double())])
def test_its_mean_is_the_risk_of_the_pixels_replaced_and_the_noise(physics: Denoising, linear: bool) -> None:
    clean = physics.A(X).expand(DRAWS, -1, -1, -1)
    y = GaussianNoise(SIGMA).sample(clean, torch.Generator().manual_seed(1))
    assert_mean(excess(y, clean, physics, Recorder(smooth if linear else None)), SIGMA**2)


def test_correlated_noise_breaks_it() -> None:
    clean = X.expand(DRAWS, -1, -1, -1)
    noise = CorrelatedGaussianNoise(torch.ones(3, 3).double(), SIGMA)
    y = noise.sample(clean, torch.Generator().manual_seed(1))
    assert mean_gap(excess(y, clean, Denoising(), Recorder(smooth)), float((y - clean).square().mean())) < -30


@pytest.mark.parametrize(
    ("shape", "cell", "count"), [((9, 10), 3, 12), ((4, 7), 3, 6), ((3, 9, 10), 8, 4), ((1, 4), 3, 2)]
)
def test_new_values_are_those_of_visible_pixels_around(shape: tuple[int, ...], cell: int, count: int) -> None:
    y = torch.arange(300.0 * torch.Size(shape).numel()).view(100, 3, *shape)
    model = Recorder(lambda y, physics: y)
    evaluated(Noise2Void(cell), y, Denoising(), model)
    shown = model.shown[0]
    judged = shown != y
    assert judged.flatten(2).sum(2).eq(count).all()
    assert torch.equal(judged[:, :1].expand_as(judged), judged)  # all channels together
    where = judged[:, 0].nonzero()
    source = shown[:, 0][judged[:, 0]] % torch.Size(shape).numel()
    for axis in range(len(shape) - 1, -1, -1):
        assert (source % shape[axis] - where[:, axis + 1]).abs().le(2).all()
        source = source.div(shape[axis], rounding_mode="floor")
    kept = torch.where(judged, -1, y).flatten(1)
    assert all(torch.isin(a[m], b).all() for a, m, b in zip(shown, judged, kept, strict=True))


def test_every_pixel_is_judged_at_some_time() -> None:
    y = random(2000, 1, 9, 10)
    model = Recorder(smooth)
    evaluated(Noise2Void(), y, Denoising(), model)
    share = (model.shown[0] != y).double().mean(0)[0]
    torch.testing.assert_close(
        share[:8, :8], torch.full((8, 8), 1 / 64).double(), atol=4 * (1 / 64 / 2000) ** 0.5, rtol=0
    )


def test_what_does_not_fit_is_told() -> None:
    with pytest.raises(ArgumentError, match="`cell` must be at least 3"):
        Noise2Void(2)
    with pytest.raises(ArgumentError, match="`radius` must be at least 2"):
        Noise2Void(8, 1)
    with pytest.raises(ShapeError, match="two pixels at least"):
        evaluated(Noise2Void(), torch.zeros(1, 1, 1, 1), Denoising(), smooth)


def test_an_empty_batch_has_no_losses() -> None:
    assert evaluated(Noise2Void(), torch.zeros(0, 3, 6, 5), Denoising(), smooth).shape == (0,)
