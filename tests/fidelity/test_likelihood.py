import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.fidelity import (
    GaussianLikelihood,
    Likelihood,
    LinearLikelihood,
    ProximableLikelihood,
    SpectralLikelihood,
    likelihood,
)
from preimage.models.dip.data_term import PartialLikelihood
from preimage.optim import L1, L2, PGD, LogPoissonLikelihood, PoissonLikelihood, Variational
from preimage.physics import (
    Blur,
    BlurFFT,
    Decolorize,
    Demosaicing,
    Denoising,
    GaussianNoise,
    Inpainting,
    LaplaceNoise,
    PhaseRetrieval,
    PoissonNoise,
    stack,
)
from preimage.physics.noise import PoissonGaussianNoise
from tests.example import LEVELS, SEEN, Example, Y, kernel, random
from tests.fidelity.dense import KERNEL, images

EXAMPLES = {
    Likelihood: [Example(lambda: likelihood(Demosaicing(noise=PoissonGaussianNoise(0.1, 0.1)), Y[:, :1]))],
    GaussianLikelihood: [
        Example(lambda: likelihood(Decolorize(noise=GaussianNoise(LEVELS)), Y[:, :1])),
        Example(lambda: likelihood(Blur(kernel(3, 3), "reflect"), Y)),
    ],
    SpectralLikelihood: [Example(lambda: likelihood(BlurFFT(kernel(3, 3), GaussianNoise(LEVELS)), Y))],
    ProximableLikelihood: [
        Example(lambda: L1(Demosaicing(), Y[:, :1], LEVELS), complex=True),
        Example(lambda: PoissonLikelihood(Decolorize(random(2, 3)), Y[:, :1], LEVELS)),
        Example(lambda: likelihood(Inpainting(SEEN, PoissonNoise(LEVELS)), SEEN * Y)),
        Example(lambda: PoissonLikelihood(Inpainting(SEEN), 20 + 9 * Y, 10 * LEVELS, 20.0)),
        Example(lambda: PoissonLikelihood(Decolorize(), 20 + 9 * Y[:, :1], background=100 * LEVELS)),
    ],
    LinearLikelihood: [
        Example(lambda: PoissonLikelihood(BlurFFT(kernel(3, 3)), 20 + 9 * Y, background=100 * LEVELS)),
        Example(lambda: LogPoissonLikelihood(BlurFFT(kernel(3, 3)), Y, 500 * LEVELS, 2.0)),
        Example(lambda: likelihood(Blur(kernel(3, 3), "reflect", noise=LaplaceNoise(LEVELS)), Y)),
    ],
}


@pytest.mark.parametrize(
    ("physics", "kind"),
    [
        (Denoising(LaplaceNoise(0.2)), ProximableLikelihood),
        (Inpainting(torch.rand(4, 3) > 0.4, LaplaceNoise(0.2)), ProximableLikelihood),
        (BlurFFT(KERNEL, LaplaceNoise(0.2)), LinearLikelihood),
        (BlurFFT(KERNEL), SpectralLikelihood),
        (Demosaicing(), GaussianLikelihood),
    ],
)
def test_the_most_capable_kind_is_chosen(physics, kind):
    assert type(likelihood(physics, images())) is kind


@pytest.mark.parametrize("noise", [PoissonNoise(0.1), PoissonNoise(0.1, background=0.2)], ids=repr)
@pytest.mark.parametrize("value", [-0.5, -1e-9, float("nan"), float("inf")])
def test_only_counts_have_a_poisson_likelihood(noise, value):
    y = torch.ones(1, 1, 4, 3)
    y[..., 1, 1] = value
    seen = torch.ones(4, 3)
    seen[1, 1] = 0
    blur = BlurFFT(torch.ones(3, 3) / 9)
    pair = stack(Denoising(GaussianNoise(0.1)), Denoising(noise))
    for make in (
        lambda: likelihood(Denoising(noise), y),
        lambda: likelihood(blur.replace(noise=noise), y),
        lambda: PoissonLikelihood(blur, y, 0.1),
        lambda: likelihood(pair, (y, y)),
        lambda: PartialLikelihood.draw(Denoising(noise), y, 0.1, seed=0),
        lambda: Variational(PGD())(y, blur.replace(noise=noise)),
        lambda: likelihood(PhaseRetrieval(blur, noise), y),
    ):
        with pytest.raises(ArgumentError, match=r"`y` must hold counts, none below zero, got .*`background`"):
            make()
    likelihood(Inpainting(seen, noise), y)
    likelihood(Inpainting(seen, noise) @ blur, y)
    with pytest.raises(ShapeError, match="real"):
        likelihood(Denoising(noise), 1j * torch.ones(1, 1, 4, 3))


@pytest.mark.parametrize("sigma", [0.0, 0, torch.tensor([0.1, 0.0])], ids=repr)
def test_a_likelihood_needs_noise(sigma):
    for physics in (Denoising(), BlurFFT(KERNEL), Inpainting(torch.ones(4, 3)), PhaseRetrieval(BlurFFT(KERNEL))):
        with pytest.raises(ArgumentError, match="`sigma` must be positive for a likelihood"):
            likelihood(physics.replace(noise=GaussianNoise(sigma)), images())
    with pytest.raises(ArgumentError, match="`sigma` must be positive for a likelihood"):
        L2(Denoising(), images(), sigma)
    likelihood(Denoising(), images())
