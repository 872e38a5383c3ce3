import pytest
import torch
from torch import Tensor

from preimage.denoisers import PreconditionedDRUNet
from preimage.errors import ArgumentError
from tests.example import Example

WIDTHS = (4, 4, 8, 8)
EXAMPLES = {
    PreconditionedDRUNet: [
        Example(lambda: PreconditionedDRUNet((0.4, 0.5, 0.3), 0.25, WIDTHS, 1), shape=(2, 3, 17, 20)),
        Example(lambda: PreconditionedDRUNet((0.4,), 0.25, WIDTHS, 1), shape=(2, 1, 17, 19)),
    ],
}
SIGMAS = torch.tensor([0.002, 0.25, 100.0], dtype=torch.float64)


def made(mean: tuple[float, ...] = (0.4, 0.5, 0.3), spread: float = 0.25, gain: float = 1.0) -> PreconditionedDRUNet:
    torch.manual_seed(0)
    network = PreconditionedDRUNet(mean, spread, WIDTHS, 1).double()
    with torch.no_grad():
        network.network.m_tail.weight.mul_(gain)
    return network


def noisy(rng: torch.Generator, count: int = 3) -> Tensor:
    x = torch.tensor([0.4, 0.5, 0.3]).reshape(-1, 1, 1) + 0.25 * torch.randn(count, 3, 16, 16, generator=rng)
    return x.double() + SIGMAS.reshape(-1, 1, 1, 1) * torch.randn(count, 3, 16, 16, generator=rng, dtype=torch.float64)


def test_without_its_network_it_is_the_mean_of_white_images(rng: torch.Generator) -> None:
    """Of pixels ``N(m, s^2)`` with noise the mean is ``m + s^2 / (s^2 + sigma^2) (x - m)``, in closed form."""
    x, mean = noisy(rng), torch.tensor([0.4, 0.5, 0.3], dtype=torch.float64).reshape(-1, 1, 1)
    share = 0.25**2 / (0.25**2 + SIGMAS.square().reshape(-1, 1, 1, 1))
    torch.testing.assert_close(made(gain=0.0)(x, SIGMAS), mean + share * (x - mean))


def test_what_the_network_sees_has_unit_scale_at_every_level(rng: torch.Generator) -> None:
    seen = []
    network = made()
    network.network.m_head.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    network(noisy(rng), SIGMAS)
    for image in seen[0]:
        assert 0.8 < float(image[:3].std()) < 1.2
        assert abs(float(image[:3].mean())) < 0.1
        assert float(image[3:, 0, 0].square().sum()) == pytest.approx(1.0)  # the cosine and the sine


def test_units_of_the_image_do_not_count(rng: torch.Generator) -> None:
    """The same network for images that are ten times as bright."""
    x = noisy(rng)
    bright = made((4.0, 5.0, 3.0), 2.5)(10 * x, 10 * SIGMAS)
    torch.testing.assert_close(bright, 10 * made()(x, SIGMAS))


def test_each_image_has_its_own_level(rng: torch.Generator) -> None:
    x, network = noisy(rng), made()
    alone = torch.cat([network(image[None], float(sigma)) for image, sigma in zip(x, SIGMAS, strict=True)])
    torch.testing.assert_close(network(x, SIGMAS), alone)


def test_what_is_refused() -> None:
    with pytest.raises(ArgumentError, match="`spread` must"):
        PreconditionedDRUNet((0.4,), 0.0)
    with pytest.raises(ArgumentError, match="`mean` must"):
        PreconditionedDRUNet(())
