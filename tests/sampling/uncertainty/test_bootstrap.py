import torch

from preimage.physics import Denoising, GaussianNoise, Inpainting
from preimage.sampling.uncertainty import BootstrapErrorMap
from preimage.transform.actions import Shift


def inverse(y: torch.Tensor, physics: Inpainting) -> torch.Tensor:
    return physics.A_dagger(y)


def test_the_error_of_the_identity_is_the_noise() -> None:
    physics = Denoising(GaussianNoise(torch.tensor([0.1, 0.3])))
    x = torch.rand(2, 1, 40, 50, generator=torch.Generator().manual_seed(0))
    found = BootstrapErrorMap(lambda y, physics: y, samples=20, width=0.0)(x, physics, x)
    torch.testing.assert_close(found.square().mean((1, 2, 3)).sqrt(), torch.tensor([0.1, 0.3]), rtol=0.03, atol=0)


def test_what_is_not_seen_has_an_error_only_where_images_move() -> None:
    mask = torch.ones(8, 8)
    mask[:, 4:] = 0
    x, physics = torch.full((1, 1, 8, 8), 0.5), Inpainting(mask, GaussianNoise(0.01))
    still = BootstrapErrorMap(inverse, width=0.0)(x * mask, physics, x * mask)
    moved = BootstrapErrorMap(inverse, Shift(), width=0.0)(x, physics, x)
    assert float(still[..., 4:].max()) < 1e-3
    assert float(moved[..., 4:].min()) > 0.1


def test_the_same_seed_gives_the_same_map() -> None:
    x = torch.rand(1, 1, 6, 7, generator=torch.Generator().manual_seed(0))
    physics = Denoising(GaussianNoise(0.1))
    maps = [BootstrapErrorMap(lambda y, physics: y, seed=seed)(x, physics, x) for seed in (0, 0, 1)]
    assert torch.equal(maps[0], maps[1])
    assert not torch.equal(maps[0], maps[2])
