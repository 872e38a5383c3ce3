import pytest
import torch

from preimage._shapes import check_image, per_image
from preimage.errors import ShapeError


def test_numbers_and_one_value_per_image_broadcast() -> None:
    x = torch.ones(2, 3, 4, 5)
    assert per_image(0.5, x).shape == (1, 1, 1, 1)
    assert per_image(torch.tensor([1.0, 2.0]), x).shape == (2, 1, 1, 1)
    assert per_image(torch.tensor([1.0]), x).shape == (1, 1, 1, 1)
    assert per_image(torch.ones(2, 1, 4, 5), x).shape == (2, 1, 4, 5)


def test_numbers_keep_the_digits_of_the_image() -> None:
    x = torch.ones(1, 1, 1, 1, dtype=torch.float64)
    assert per_image(1 / 3, x).item() == 1 / 3
    assert per_image(1 / 3, x.to(torch.complex128)).dtype == torch.float64
    assert per_image(torch.tensor(1j), x).is_complex()


@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 1, 1)])
def test_other_shapes_are_named(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match=r"shape \(1,\) or \(B,\) with B=2"):
        per_image(torch.ones(shape), torch.ones(2, 3, 4, 5))


def test_images_have_four_or_five_dimensions() -> None:
    check_image(torch.ones(1, 1, 2, 2))
    check_image(torch.ones(1, 1, 2, 2, 2))
    with pytest.raises(ShapeError, match=r"`x` must have shape \(B, C, H, W\) or \(B, C, D, H, W\), got \(2, 2\)"):
        check_image(torch.ones(2, 2))
    with pytest.raises(ShapeError, match=r"`y` must have shape \(B, C, H, W\), got"):
        check_image(torch.ones(1, 1, 2, 2, 2), "y", spatial=(2,))
