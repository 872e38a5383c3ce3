import pytest
import torch

from preimage.errors import ShapeError
from preimage.physics import MRI, DynamicMRI, GaussianNoise
from tests.example import complex_example, random

EXAMPLES = {
    DynamicMRI: [
        complex_example(lambda: DynamicMRI(random(3, 6, 5) > 0.4, GaussianNoise(0.1)), (2, 1, 3, 6, 5)),
        complex_example(lambda: DynamicMRI(random(2, 3, 4, 3) > 0.4, dims=3), (2, 1, 2, 3, 4, 3)),
        complex_example(lambda: DynamicMRI(random(2, 1, 3, 4, 5)), (2, 1, 3, 4, 5)),
    ],
}


def test_every_frame_is_sampled_on_its_own() -> None:
    masks = random(3, 6, 5) > 0.5
    x = torch.complex(random(2, 1, 3, 6, 5, seed=1), random(2, 1, 3, 6, 5, seed=2))
    y = DynamicMRI(masks).A(x)
    for frame in range(3):
        torch.testing.assert_close(y[:, :, frame], MRI(masks[frame]).A(x[:, :, frame]))


def test_films_have_frames() -> None:
    with pytest.raises(ShapeError, match="at least 5 dimensions"):
        DynamicMRI(torch.ones(3, 4, 4)).A(torch.ones(1, 1, 4, 4, dtype=torch.complex64))
    with pytest.raises(ShapeError, match=r"`mask` must be real, \(T, ...\)"):
        DynamicMRI(torch.ones(4, 4))
