import torch
from torch import Tensor

from preimage.denoisers import ExampleDenoiser
from preimage.physics import Blur, CompressedSensing, GaussianNoise, Physics
from preimage.sampling import DPS, MomentMatching
from preimage.sampling.blind.joint import JointDenoiser, JointLayout, JointPhysics
from tests.sampling.gaussian import GaussianDenoiser

LEVEL, SIGMA = 0.1, 0.4
IMAGES = GaussianDenoiser(torch.tensor(0.5, dtype=torch.float64), torch.tensor(0.3, dtype=torch.float64))
NUMBERS = GaussianDenoiser(torch.tensor(0.2, dtype=torch.float64), torch.tensor(0.6, dtype=torch.float64))
MATRIX = torch.tensor([[1.0, 0.5, -0.3], [0.2, -1.0, 0.7]], dtype=torch.float64)


class Shifted(Physics):
    """``A x + offset``: image and number together are measured linearly."""

    def __init__(self, offset: float | Tensor) -> None:
        super().__init__(GaussianNoise(LEVEL))
        self.offset = offset

    def A(self, x: Tensor) -> Tensor:
        return x.flatten(1) @ MATRIX.mT + torch.as_tensor(self.offset).reshape(-1, 1)


def test_layout_joins_and_splits(rng: torch.Generator) -> None:
    layout = JointLayout(torch.Size((2, 3, 4)), torch.Size((1, 3, 3)), 0.5)
    x, theta = torch.rand(5, 2, 3, 4, generator=rng), torch.rand(5, 1, 3, 3, generator=rng)
    z = layout.join(x, theta, x)
    assert z.shape == (5, 1, 1, 33)
    torch.testing.assert_close(layout.split(z), (x, theta))
    torch.testing.assert_close(z[..., 24:].flatten(1), 2 * theta.flatten(1))
    torch.testing.assert_close(layout.join(0.5, theta[:1], x)[3, 0, 0, :24], torch.full((24,), 0.5))


def test_moments_of_image_and_number_give_the_posterior_mean_of_both(rng: torch.Generator) -> None:
    """Both Gaussian, measured linearly: the guided mean is that of the joint law, by dense matrices."""
    unit = 0.5
    layout = JointLayout(torch.Size((1, 1, 3)), torch.Size((1,)), unit)
    noisy = layout.join(
        torch.randn(2, 1, 1, 3, generator=rng, dtype=torch.float64), torch.tensor([[0.4], [-0.3]]).double(), MATRIX
    )
    y = torch.randn(2, 2, generator=rng, dtype=torch.float64)
    denoiser = JointDenoiser(IMAGES, NUMBERS, layout)
    guided = MomentMatching()(denoiser, JointPhysics(Shifted(0.0), "offset", layout), y)
    A = torch.cat([MATRIX, torch.ones(2, 1, dtype=torch.float64)], 1)
    mean = torch.tensor([0.5, 0.5, 0.5, 0.2], dtype=torch.float64)
    spread = torch.tensor([0.3, 0.3, 0.3, 0.6], dtype=torch.float64)
    levels = SIGMA * torch.tensor([1, 1, 1, unit], dtype=torch.float64)
    x, theta = layout.split(noisy)
    precision = torch.diag(spread**-2 + levels**-2) + A.mT @ A / LEVEL**2
    pull = torch.cat([x.flatten(1), theta], 1) / levels**2 + mean / spread**2 + y @ A / LEVEL**2
    x, theta = layout.split(guided(noisy, torch.tensor(SIGMA, dtype=torch.float64)))
    torch.testing.assert_close(torch.cat([x.flatten(1), theta], 1), pull @ torch.linalg.inv(precision))


def test_the_gradient_of_one_residual_moves_image_and_kernel(rng: torch.Generator) -> None:
    """DPS, block by block: ``d + sigma^2 / var J^T A^H e`` with the other block held, from matrices of each."""
    unit, weights = 0.5, torch.rand(1, 1, 1, 3, generator=rng, dtype=torch.float64)
    layout = JointLayout(torch.Size((1, 1, 6)), torch.Size((1, 1, 3)), unit)
    x, theta = torch.rand(1, 1, 1, 6, generator=rng).double(), torch.rand(1, 1, 1, 3, generator=rng).double()
    y = torch.rand(1, 1, 1, 6, generator=rng, dtype=torch.float64)
    guided = DPS()(JointDenoiser(IMAGES, NUMBERS, layout), JointPhysics(Blur(weights, "circular"), "kernel", layout), y)
    found = layout.split(guided(layout.join(x, theta, x), torch.tensor(SIGMA, dtype=torch.float64)))
    d, k = IMAGES(x, SIGMA), NUMBERS(theta, unit * SIGMA)
    units = torch.eye(6, dtype=torch.float64)[:, None, None]
    by_image = Blur(k, "circular").A(units).reshape(6, 6).mT
    by_kernel = torch.stack([Blur(e[None, None, None], "circular").A(d).flatten() for e in torch.eye(3).double()], 1)
    residual = y.flatten() - by_image @ d.flatten()
    torch.testing.assert_close(by_kernel @ k.flatten(), by_image @ d.flatten())
    scale = SIGMA**2 / residual.square().mean()
    image = d.flatten() + scale * 0.09 / (0.09 + SIGMA**2) * by_image.mT @ residual
    kernel = k.flatten() + unit**2 * scale * 0.36 / (0.36 + (unit * SIGMA) ** 2) * by_kernel.mT @ residual
    torch.testing.assert_close(found[0].flatten(), image)
    torch.testing.assert_close(found[1].flatten(), kernel)


def test_a_parameter_that_is_known_changes_nothing(rng: torch.Generator) -> None:
    x, y = torch.rand(2, 1, 1, 3, generator=rng).double(), torch.rand(2, 2, generator=rng).double()
    layout, sigma = JointLayout(torch.Size((1, 1, 3)), torch.Size((1,)), 1.0), torch.tensor(SIGMA).double()
    sure = JointDenoiser(IMAGES, ExampleDenoiser(torch.zeros(1, 1, 1, 1)), layout)
    guided = DPS()(sure, JointPhysics(Shifted(3.0), "offset", layout), y)
    alone = DPS()(IMAGES, CompressedSensing(MATRIX, (1, 1, 3), GaussianNoise(LEVEL)), y)
    found = layout.split(guided(layout.join(x, 0.7, x), sigma))[0]
    torch.testing.assert_close(found, alone(x, sigma))
