import torch

from preimage.degradations import DrawnSharpening, Pair, SharpenStep
from preimage.degradations.border import mirrored
from preimage.physics.kernels import gaussian_blur
from preimage.transform.convolution import convolve


def test_it_is_its_formula(rng: torch.Generator) -> None:
    x = torch.rand(1, 3, 14, 11, generator=rng, dtype=torch.float64)
    kernel = gaussian_blur(0.15 * 7 + 0.35, size=7, dtype=torch.float64)

    def blurred(image: torch.Tensor) -> torch.Tensor:
        return convolve(mirrored(image, 3), kernel, "valid", "fft")

    difference = x - blurred(x)
    mask = blurred((difference.abs() > 20 / 255).double())
    expected = mask * (x + 0.8 * difference).clamp(0, 1) + (1 - mask) * x
    pair = DrawnSharpening(0.8, 6, 20.0).apply(Pair(x, x))
    torch.testing.assert_close(pair.degraded, expected)
    assert pair.clean is pair.degraded
    assert DrawnSharpening(0.8, 6, 20.0, both=False).apply(Pair(x, x)).clean is x


def test_flat_pictures_stay(rng: torch.Generator) -> None:
    x = torch.full((1, 1, 3, 4), 0.5)
    (drawn,) = SharpenStep().draw(rng)
    torch.testing.assert_close(drawn.apply(Pair(x, x)).degraded, x)
