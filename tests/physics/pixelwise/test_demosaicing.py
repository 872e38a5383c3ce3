import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import Demosaicing
from tests.example import Example

EXAMPLES = {
    Demosaicing: [Example(lambda p=p: Demosaicing(p), complex=True) for p in ("RGGB", "GRBG")],
}

RED, GREEN, BLUE = 0, 1, 2


@pytest.mark.parametrize(
    ("pattern", "cell"),
    [
        ("RGGB", [[RED, GREEN], [GREEN, BLUE]]),
        ("BGGR", [[BLUE, GREEN], [GREEN, RED]]),
        ("GRBG", [[GREEN, RED], [BLUE, GREEN]]),
        ("GBRG", [[GREEN, BLUE], [RED, GREEN]]),
    ],
)
def test_each_pixel_sees_its_colour(pattern: str, cell: list[list[int]]) -> None:
    x = torch.rand(2, 3, 5, 7)
    y = Demosaicing(pattern).A(x)
    assert y.shape == (2, 1, 5, 7)
    for row in range(2):
        for column in range(2):
            assert torch.equal(y[:, 0, row::2, column::2], x[:, cell[row][column], row::2, column::2])


def test_the_adjoint_is_the_pseudo_inverse() -> None:
    physics = Demosaicing()
    y = torch.rand(2, 1, 4, 6)
    assert torch.equal(physics.A(physics.A_dagger(y)), y)
    assert physics.A_adjoint(y).count_nonzero() == y.count_nonzero()
    assert physics.norm(torch.empty(1, 3, 4, 6)).item() == 1


def test_unknown_patterns_and_grey_images_are_named() -> None:
    with pytest.raises(ArgumentError, match="`pattern` must be one of RGGB"):
        Demosaicing("RGB")
    with pytest.raises(ShapeError, match="3 channels, got 1"):
        Demosaicing().A(torch.rand(1, 1, 4, 4))


def test_its_mask_is_that_of_the_normal_operator() -> None:
    physics, y = Demosaicing("GRBG"), torch.zeros(2, 1, 4, 6)
    ones = torch.ones(1, 3, 4, 6)
    mask = physics.pixel_mask(y)
    assert torch.equal(mask, physics.A_adjoint(physics.A(ones)))
    x = torch.rand(2, 3, 4, 6)
    assert torch.equal(mask * x, physics.A_adjoint(physics.A(x)))
