import torch

from preimage.denoisers import ComplexDenoiser, DnCNN, TVDenoiser
from preimage.optim import DPIR, Annealing
from preimage.physics import MRI, GaussianNoise
from tests.example import Example

EXAMPLES = {ComplexDenoiser: [Example(lambda: ComplexDenoiser(DnCNN(1, width=4, depth=3)), shape=(2, 1, 9, 11))]}


def image(batch: int) -> torch.Tensor:
    return torch.complex(*torch.rand(2, batch, 1, 8, 9, generator=torch.Generator().manual_seed(0)).mul(2).sub(1))


def test_parts_are_denoised_at_half_the_level() -> None:
    x, tv = image(2), TVDenoiser()
    for sigma in (0.2, torch.tensor([0.1, 0.3])):
        half = sigma / 2
        parts = [2 * tv(part / 2 + 0.5, half) - 1 for part in (x.real, x.imag)]
        torch.testing.assert_close(ComplexDenoiser(tv)(x, sigma), torch.complex(*parts))


def test_an_empty_batch() -> None:
    assert ComplexDenoiser(TVDenoiser())(image(0), 0.1).shape == (0, 1, 8, 9)


def test_plug_and_play_on_mri() -> None:
    x = torch.complex(torch.full((1, 1, 16, 18), 0.5), torch.full((1, 1, 16, 18), -0.25))
    x[..., 4:11, 5:12] = -0.3 + 0.6j
    physics = MRI(torch.rand(16, 18, generator=torch.Generator().manual_seed(0)) > 0.25, GaussianNoise(0.01))
    y = physics(x, torch.Generator().manual_seed(1))
    found = DPIR(ComplexDenoiser(TVDenoiser()), Annealing(steps=8))(y, physics)
    assert (found - x).abs().mean() < 0.6 * (physics.A_adjoint(y) - x).abs().mean()
