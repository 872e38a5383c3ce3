import pytest
import torch

from preimage.errors import ArgumentError
from preimage.simulate import sample_picture
from preimage.simulate.builders.blur import (
    build_blur,
    build_downsampling,
    build_lensless,
    build_resize,
    build_space_varying_blur,
)

X = sample_picture(20, 26)[None]
RNG = torch.Generator()


def test_a_kernel_keeps_the_mean() -> None:
    made = build_blur(X, {"kernel": "disk:2", "padding": "circular"}, RNG)
    assert made.x is X
    assert float(made.physics.A(X).mean()) == pytest.approx(float(X.mean()), rel=1e-5)


def test_a_point_stays_one_in_the_middle_and_becomes_the_kernel_in_a_corner() -> None:
    x = torch.zeros(1, 1, 21, 25)
    x[..., 10, 12] = 1
    made = build_space_varying_blur(x, {"kernel": "disk:2", "padding": "zero"}, RNG)
    torch.testing.assert_close(made.physics.A(x), x)
    corner = torch.zeros_like(x)
    corner[..., 0, 0] = 1
    blurred = build_blur(x, {"kernel": "disk:2", "padding": "zero"}, RNG).physics.A(corner)
    torch.testing.assert_close(made.physics.A(corner), blurred)


def test_what_is_over_is_cut_off() -> None:
    made = build_downsampling(X, {"kernel": "gaussian:1", "padding": "reflect", "factor": 3}, RNG)
    assert made.x.shape == (1, 3, 18, 24)
    assert made.physics.A(made.x).shape == (1, 3, 6, 8)
    made = build_resize(X, {"interpolation": "bicubic", "factor": 4}, RNG)
    assert made.physics.A(made.x).shape == (1, 3, 5, 6)
    for factor in (0, 21):
        with pytest.raises(ArgumentError, match="`factor` must be from 1 to 20"):
            build_resize(X, {"interpolation": "bicubic", "factor": factor}, RNG)


def test_a_pattern_has_its_share_of_points() -> None:
    made = build_lensless(X, {"psf": "random:0.1"}, torch.Generator().manual_seed(0))
    pattern = made.physics.fields()["psf"]
    assert pattern.shape == (10, 10)
    assert int((pattern > 0).sum()) == 10
    assert float(pattern.sum()) == pytest.approx(1)
    assert made.physics.A(X).shape == X.shape
    for spec in ("random:0", "random:2", "random:"):
        with pytest.raises(ArgumentError, match="`psf` must be random:SHARE"):
            build_lensless(X, {"psf": spec}, RNG)
