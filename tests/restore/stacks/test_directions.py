"""The mixture of three directions is what the errors ask for."""

import torch
from torch import Tensor

from preimage.restore.stacks.directions import best_mixture, denoise_directions


def smoothed(picture: Tensor) -> Tensor:
    """The mean of 3 x 3 pixels of each channel."""
    padded = torch.nn.functional.pad(picture, (1, 1, 1, 1), mode="replicate")
    return torch.nn.functional.avg_pool2d(padded, 3, 1)


def noisy(clean: Tensor, sigma: float = 0.1) -> Tensor:
    return clean + sigma * torch.randn(clean.shape, generator=torch.Generator().manual_seed(0))


def test_shares_minimise_the_error_of_the_mixture() -> None:
    independent = torch.diag(torch.tensor([1.0, 2.0, 4.0], dtype=torch.float64))
    torch.testing.assert_close(best_mixture(independent), torch.tensor([4.0, 2.0, 1.0]).double() / 7)
    one_knows = torch.tensor([[1.0, 3.0], [3.0, 10.0]], dtype=torch.float64)  # the other would be subtracted
    torch.testing.assert_close(best_mixture(one_knows), torch.tensor([1.0, 0.0]).double())
    torch.testing.assert_close(best_mixture(-torch.eye(2).double()), torch.full((2,), 0.5).double())


def test_a_smooth_volume_is_better_for_all_directions_than_for_one() -> None:
    z, y, x = torch.meshgrid(*(torch.linspace(0, 3, size) for size in (12, 20, 24)), indexing="ij")
    clean = (0.5 + 0.3 * torch.sin(z) * torch.cos(y + x))[:, None]
    pixels = noisy(clean)
    found = denoise_directions(pixels, smoothed, torch.full_like(pixels, 0.01))
    one = torch.cat([smoothed(plane[None]) for plane in pixels])
    assert found.shape == pixels.shape
    assert (found - clean).square().mean() < 0.7 * (one - clean).square().mean()


def test_directions_across_jumps_get_no_weight() -> None:
    """Planes that have nothing to do with each other are done as planes alone."""
    bright = torch.rand(12, 1, 1, 1, generator=torch.Generator().manual_seed(1))
    clean = bright.expand(12, 3, 20, 24)
    pixels = noisy(clean)
    found = denoise_directions(pixels, smoothed, torch.full_like(pixels, 0.01))
    one = torch.cat([smoothed(plane[None]) for plane in pixels])
    assert (found - clean).square().mean() < 1.02 * (one - clean).square().mean()


def test_a_colour_keeps_its_place() -> None:
    pixels = torch.rand(4, 3, 5, 6, generator=torch.Generator().manual_seed(2))
    assert torch.equal(denoise_directions(pixels, lambda picture: picture, torch.zeros_like(pixels)), pixels)


def test_one_row_has_one_direction() -> None:
    pixels = torch.rand(6, 1, 1, 8, generator=torch.Generator().manual_seed(3))
    asked: list[tuple[int, ...]] = []

    def denoise(picture: Tensor) -> Tensor:
        asked.append(tuple(picture.shape))
        return picture / 2

    assert torch.equal(denoise_directions(pixels, denoise, torch.zeros_like(pixels)), pixels / 2)
    assert set(asked) == {(1, 1, 6, 8)}
