import torch

from preimage.metric.spectral.quality_index import Bands, quality
from tests.metric.waves import waves


def test_agrees_with_torchmetrics() -> None:
    import torchmetrics.functional.image as reference

    a, b = waves(1, 20, 23)
    theirs = reference.universal_image_quality_index(a, b)
    torch.testing.assert_close(quality(Bands.of(a), Bands.of(b))[0], theirs, atol=1e-9, rtol=0)


def test_windows_without_structure_or_light() -> None:
    """torchmetrics 1.9: 0 for both."""
    dark, bright, black = (Bands.of(torch.full((1, 1, 11, 12), value)) for value in (0.2, 0.6, 0.0))
    torch.testing.assert_close(quality(dark, bright), torch.tensor([2 * 0.2 * 0.6 / (0.04 + 0.36)]))
    assert quality(black, black).tolist() == [1.0]
    assert quality(dark, black).tolist() == [0.0]


def test_the_unit_of_the_images_does_not_count() -> None:
    """torchmetrics 1.9: 0.0003 instead of 0.43 for a hundredth of the values."""
    a, b = (image.float() for image in waves(1, 20, 23))
    whole = quality(Bands.of(a), Bands.of(b))
    for factor in (1e-2, 1e-3, 1e4):
        torch.testing.assert_close(quality(Bands.of(factor * a), Bands.of(factor * b)), whole)


def test_a_bright_band_keeps_its_digits() -> None:
    a, b = waves(1, 20, 23)
    pair = [Bands.of((image + 20).float()) for image in (a, b)]
    exact = quality(Bands.of(a + 20), Bands.of(b + 20))
    torch.testing.assert_close(quality(*pair).double(), exact, atol=1e-4, rtol=0)


def test_one_band_is_picked() -> None:
    x = waves(3, 12, 12)[1]
    torch.testing.assert_close(
        quality(Bands.of(x).pick(1), Bands.of(x).pick(2)), quality(Bands.of(x[:, 1:2]), Bands.of(x[:, 2:]))
    )
