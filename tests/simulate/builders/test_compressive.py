import pytest
import torch

from preimage.errors import ArgumentError
from preimage.simulate import sample_picture
from preimage.simulate.builders.compressive import build_coded_diffraction, build_single_pixel, build_structured_random

X = sample_picture(8, 12)[None]


def test_measurements_are_a_share_or_a_number() -> None:
    rng = torch.Generator().manual_seed(0)
    assert build_structured_random(X, {"measurements": 0.5}, rng).physics.A(X).shape == (1, 144)
    assert build_structured_random(X, {"measurements": 10.0}, rng).physics.A(X).shape == (1, 10)
    assert build_single_pixel(X, {"measurements": 0.25}, rng).physics.A(X).shape == (1, 3, 24)
    for wrong in (0.0, 97.0, 0.001):
        with pytest.raises(ArgumentError, match="`measurements` must be a share"):
            build_single_pixel(X, {"measurements": wrong}, rng)


def test_each_mask_gives_a_pattern() -> None:
    made = build_coded_diffraction(X[:, :1], {"masks": 3}, torch.Generator().manual_seed(0))
    y = made.physics.A(X[:, :1])
    assert y.shape == (1, 3, 8, 12)
    masks = made.physics.operator.fields()["masks"]
    torch.testing.assert_close(y.sum((2, 3)), (masks.abs() * X[:, 0]).square().sum((1, 2))[None])
    with pytest.raises(ArgumentError, match="`masks` must be at least 1"):
        build_coded_diffraction(X, {"masks": 0}, torch.Generator())
