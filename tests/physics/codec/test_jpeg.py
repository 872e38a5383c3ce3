import io

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import JPEG
from preimage.transform import dct
from tests.example import Example, random

EXAMPLES = {
    JPEG: [
        Example(lambda: JPEG(torch.tensor([30.0, 95.0])), shape=(2, 3, 9, 19)),
        Example(lambda: JPEG(50, "4:2:2", "cubic"), shape=(2, 3, 7, 5)),
        Example(lambda: JPEG(torch.tensor([90.0])), shape=(2, 1, 9, 10)),
    ]
}

CODES = {"4:4:4": 0, "4:2:2": 1, "4:2:0": 2}


def by_pillow(x: Tensor, quality: int, subsampling: str) -> Tensor:
    """One picture of whole numbers in 0..255, (C, H, W), through a file."""
    array = x.to(torch.uint8).permute(1, 2, 0).numpy()
    file = io.BytesIO()
    Image.fromarray(array[..., 0] if len(x) == 1 else array).save(
        file, "JPEG", quality=quality, subsampling=CODES[subsampling]
    )
    with Image.open(file) as image:
        return torch.from_numpy(np.array(image)).reshape(*x.shape[1:], -1).permute(2, 0, 1)


def pictures(*shape: int) -> list[Tensor]:
    """Noise, which reaches every rounding, and a smooth ramp."""
    noise = random(*shape, seed=shape[-1])
    ramp = torch.linspace(0, 1, shape[-1]) * torch.linspace(1, 0.2, shape[-2])[:, None] * noise[:, :1, :1]
    return [(255 * image).round() for image in (noise, ramp)]


@pytest.mark.parametrize("subsampling", CODES)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("quality", [1, 10, 50, 75, 95, 100])
def test_bits_are_those_of_the_image_library(quality: int, channels: int, subsampling: str) -> None:
    for size in ((40, 48), (33, 47), (7, 5), (3, 4), (2, 3), (1, 1)):
        for picture in pictures(channels, *size):
            ours = 255 * JPEG(quality, subsampling).A(picture[None].double() / 255)[0]  # type: ignore[arg-type]
            assert torch.equal(ours.round().to(torch.uint8), by_pillow(picture, quality, subsampling)), size


def test_values_are_multiples_of_one_step_and_beyond_the_range_clipped() -> None:
    y = JPEG(75).A(random(2, 3, 17, 9, low=-1, high=2))
    assert torch.equal((255 * y).round() / 255, y)
    clipped = JPEG(75).A(random(2, 3, 17, 9, low=-1, high=2).clamp(0, 1))
    assert torch.equal(y, clipped)


def test_compressing_again_changes_little() -> None:
    """Quantised coefficients stay where they are, up to the rounding of samples."""
    physics, x = JPEG(50, "4:4:4"), random(1, 1, 32, 32, low=0.3, high=0.7)  # nothing is clipped
    once = physics.A(x)
    assert (physics.A(once) - once).abs().max() < 0.1 * (once - x).abs().max()


def test_straight_through_is_the_identity_for_grey_and_averages_colours() -> None:
    x = random(2, 1, 9, 10, low=0.1, high=0.9)
    v = random(2, 1, 9, 10, seed=1)
    assert torch.equal(JPEG(20).vjp(x, v), v)
    outside = JPEG(20).vjp(x + 1, v)
    assert torch.equal(outside, torch.zeros_like(v))
    colour = random(1, 3, 8, 8, low=0.3, high=0.7)
    grey = torch.ones(1, 3, 8, 8)
    torch.testing.assert_close(JPEG(20).vjp(colour, grey), grey, rtol=1e-4, atol=1e-4)  # all of it is brightness


def test_the_cubic_surrogate_weighs_coefficients_by_their_distance_from_a_level() -> None:
    """One block: the derivative in the DCT basis is diagonal, ``3 d^2``."""
    physics, x = JPEG(50, gradient="cubic"), random(1, 1, 8, 8).double()
    jacobian = torch.autograd.functional.jacobian(physics.A, x).reshape(64, 64)
    basis = dct(torch.eye(64, dtype=torch.float64).reshape(64, 8, 8)).reshape(64, 64).mT
    steps = physics._steps(x)[0].reshape(64) / 255
    levels = basis @ (x.reshape(64) - 128 / 255) / steps
    slopes = 3 * (levels - levels.round()) ** 2
    torch.testing.assert_close(basis @ jacobian @ basis.mT, slopes.diag())


def test_arguments_are_checked() -> None:
    for quality in (0, 101, torch.tensor([50.0, 101.0])):
        with pytest.raises(ArgumentError, match="`quality` must be"):
            JPEG(quality)
    with pytest.raises(ArgumentError, match="`subsampling` must be one of 4:4:4"):
        JPEG(50, "4:1:1")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="`gradient` must be"):
        JPEG(50, gradient="none")  # type: ignore[arg-type]
    with pytest.raises(ShapeError, match="must be grey or RGB"):
        JPEG(50).A(torch.rand(1, 2, 8, 8))
    with pytest.raises(ShapeError, match="`quality` must be a number or one for each of 3 images"):
        JPEG(torch.tensor([50.0, 60.0])).A(torch.rand(3, 1, 8, 8))
