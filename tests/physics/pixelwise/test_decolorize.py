import numpy as np
import pytest
import torch
from PIL import Image

from preimage.errors import ShapeError
from preimage.physics import Decolorize
from tests.example import Example, random

EXAMPLES = {
    Decolorize: [
        Example(Decolorize, complex=True),
        Example(lambda: Decolorize(random(2, 4)), shape=(2, 4, 3, 4, 2)),
    ],
}


def test_it_is_pillows_luma() -> None:
    pixels = (torch.rand(16, 16, 3, generator=torch.Generator().manual_seed(0)) * 255).to(torch.uint8)
    grey = np.asarray(Image.fromarray(pixels.numpy(), "RGB").convert("L"))
    y = Decolorize().A(pixels.permute(2, 0, 1)[None].double() / 255)
    # Pillow rounds weights to 16 bits and the sum to 8.
    assert np.abs(255 * y[0, 0].numpy() - grey).max() < 0.51


def test_weights_keep_the_digits_of_the_image() -> None:
    y = Decolorize().A(torch.ones(1, 3, 2, 2, dtype=torch.float64))
    torch.testing.assert_close(y, torch.ones(1, 1, 2, 2, dtype=torch.float64), rtol=0, atol=1e-15)


def test_one_set_of_weights_per_image() -> None:
    weights = torch.tensor([[1.0, 0.0], [0.5, 0.25]])
    x = torch.rand(2, 2, 3, 3)
    y = Decolorize(weights).A(x)
    torch.testing.assert_close(y[0], x[0, :1])
    torch.testing.assert_close(y[1], 0.5 * x[1, :1] + 0.25 * x[1, 1:])
    torch.testing.assert_close(Decolorize(weights).norm(torch.empty(2, 2, 3, 3)), weights.norm(dim=1))


def test_channels_must_match() -> None:
    with pytest.raises(ShapeError, match="3 channels, got 4"):
        Decolorize().A(torch.rand(1, 4, 2, 2))
