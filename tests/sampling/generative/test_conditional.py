import pytest
import torch
from torch import Tensor, nn

from preimage.denoisers import Denoiser
from preimage.errors import ArgumentError, ShapeError
from preimage.loss import posterior_regularisation
from preimage.physics import Denoising, GaussianNoise
from preimage.sampling import ConditionalGenerator
from tests.example import Example


class Pointwise(Denoiser):
    """A mixture of the channels, pixel by pixel: of a Gaussian prior it is all that is needed."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels = channels
        self.layer = nn.Conv2d(channels, channels, 1)
        nn.init.constant_(self.layer.weight, 0.3)
        nn.init.zeros_(self.layer.bias)

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        return self.layer(x)


def denoising() -> Denoising:
    return Denoising(GaussianNoise(0.4))


EXAMPLES = {
    ConditionalGenerator: [
        Example(lambda: ConditionalGenerator(Pointwise(3), 2, 3), (2, 1, 4, 5), physics=denoising),
    ]
}


def test_trained_on_gaussian_images_the_samples_have_the_moments_of_the_posterior(rng: torch.Generator) -> None:
    """Of ``x ~ N(0.5, 0.3^2)`` with noise of 0.4: the mean has the gain 0.36, and the deviation is 0.24."""
    model, physics = ConditionalGenerator(Pointwise(2), samples=400), denoising()
    adam = torch.optim.Adam(model.parameters(), lr=0.02)
    for step in range(120):
        for group in adam.param_groups:
            group["lr"] = 0.05 * (1 - step / 120)
        x = 0.5 + 0.3 * torch.randn(2, 1, 24, 24, generator=rng)
        y, z = physics(x, rng=rng), torch.randn(3, 2, 1, 24, 24, generator=rng)
        samples = torch.stack([model.draw(y, physics, each) for each in z], 1)
        adam.zero_grad()
        posterior_regularisation(samples, x).mean().backward()
        adam.step()
    y = torch.tensor([[[[-0.2, 0.5, 1.3]]]])
    posterior = model.sample(y, physics)
    torch.testing.assert_close(posterior.mean(), 0.5 + 0.36 * (y - 0.5), rtol=0, atol=0.05)
    torch.testing.assert_close(posterior.variance().sqrt(), torch.full_like(y, 0.24), rtol=0.15, atol=0)


def test_samples_differ_and_do_not_depend_on_their_number(rng: torch.Generator) -> None:
    y = torch.rand(2, 1, 4, 5, generator=rng)
    few, many = (ConditionalGenerator(Pointwise(2), 1, n).sample(y, denoising()).samples for n in (2, 3))
    assert torch.equal(few, many[:, :2])
    assert float((few[:, 0] - few[:, 1]).abs().min()) > 0


def test_what_does_not_fit_is_told() -> None:
    with pytest.raises(ArgumentError, match="`latent`"):
        ConditionalGenerator(Pointwise(2), 0)
    with pytest.raises(ShapeError, match="`z` must be"):
        ConditionalGenerator(Pointwise(2)).draw(torch.zeros(1, 1, 4, 4), denoising(), torch.zeros(1, 2, 4, 4))
