import math

import pytest
import torch

from preimage.errors import ArgumentError
from preimage.fidelity import likelihood
from preimage.metric import PSNR
from preimage.physics import Decolorize, Downsampling, GaussianNoise, Pansharpen
from preimage.physics.spectral import mtf_kernel
from tests.example import Example, kernel, random

WEIGHTS = torch.tensor([0.2, 0.5, 0.3])

EXAMPLES = {
    Pansharpen: [
        Example(
            lambda: Pansharpen(kernel(3, 3), 2, WEIGHTS, GaussianNoise(0.1), GaussianNoise(0.05)), shape=(2, 3, 6, 4)
        ),
    ]
}


def test_it_is_both_cameras() -> None:
    physics, x = Pansharpen(kernel(3, 3), 2, WEIGHTS), random(2, 3, 6, 4)
    low, grey = physics.A(x)
    assert torch.equal(low, Downsampling(kernel(3, 3), 2).A(x))
    assert torch.equal(grey, Decolorize(WEIGHTS).A(x))


def test_noises_go_to_their_cameras() -> None:
    physics = Pansharpen(kernel(3, 3), 2, WEIGHTS, GaussianNoise(0.1), GaussianNoise(0.05))
    quiet = physics.map_noise(lambda noise: noise.replace(sigma=0.5 * noise.sigma))  # type: ignore[attr-defined]
    assert [operator.noise.gaussian_sigma for operator in quiet.operators] == [0.05, 0.025]
    y = physics(random(2, 3, 6, 4), torch.Generator().manual_seed(0))
    assert likelihood(physics, y)(random(2, 3, 6, 4)).shape == (2,)


def test_the_blur_of_a_sensor_has_its_transfer() -> None:
    blur = mtf_kernel(0.3, 4, dtype=torch.float64)
    place = torch.arange(41, dtype=torch.float64) - 20
    transfer = float((blur.sum(0) * (2 * math.pi * place / 8).cos()).sum())
    assert transfer == pytest.approx(0.3, rel=1e-3)
    with pytest.raises(ArgumentError, match="`gain` must be in"):
        mtf_kernel(1.0, 4)


def test_brovey_takes_details_of_the_grey_picture_and_displaces_nothing() -> None:
    """Of a picture whose colours are everywhere in the same proportion it gives the picture."""
    rows, columns = torch.meshgrid(torch.arange(32.0), torch.arange(24.0), indexing="ij")
    shade = 0.5 + 0.2 * (0.3 * rows).sin() * (0.2 * columns).cos() + 0.2 * (columns > 11)
    x = torch.tensor([0.9, 0.7, 0.4]).reshape(1, 3, 1, 1) * shade
    physics = Pansharpen(mtf_kernel(0.3, 2, 9), 2, WEIGHTS)
    y = physics.A(x)
    found = physics.brovey(y)
    assert PSNR()(found, x) > 55
    interpolated = physics.interpolate(y[0])
    assert PSNR()(interpolated, x) < 35
    ramp = torch.arange(32.0).expand(1, 3, 32, 32) / 32
    middle = physics.interpolate(ramp[..., ::2, ::2])[..., 4:28, 4:28]
    torch.testing.assert_close(middle, ramp[..., 4:28, 4:28], rtol=0, atol=1e-5)
