import pytest
import torch

from preimage.errors import ShapeError
from preimage.physics import MRI, GaussianNoise, SequentialMRI
from tests.example import complex_example, random

EXAMPLES = {
    SequentialMRI: [
        complex_example(lambda: SequentialMRI(random(3, 6, 5) > 0.6, GaussianNoise(0.1)), (2, 1, 6, 5)),
        complex_example(lambda: SequentialMRI(random(2, 1, 3, 5, 4)), (2, 1, 5, 4)),
        complex_example(lambda: SequentialMRI(random(2, 3, 4, 3) > 0.4, dims=3), (2, 1, 3, 4, 3)),
    ],
}


def test_shots_are_single_measurements() -> None:
    masks = random(3, 6, 5) > 0.5
    x = torch.complex(random(2, 1, 6, 5, seed=1), random(2, 1, 6, 5, seed=2))
    y = SequentialMRI(masks).A(x)
    assert y.shape == (2, 1, 3, 6, 5)
    for shot in range(3):
        torch.testing.assert_close(y[:, :, shot], MRI(masks[shot]).A(x))


def test_samples_taken_twice_are_averaged() -> None:
    masks = torch.stack([torch.ones(4, 4), torch.ones(4, 4)])
    physics = SequentialMRI(masks)
    x = torch.complex(random(1, 1, 4, 4, seed=1), random(1, 1, 4, 4, seed=2))
    y = physics.A(x) + torch.tensor([0.5, -0.5]).reshape(1, 1, 2, 1, 1)
    torch.testing.assert_close(physics.A_dagger(y), x)


def test_the_shots_are_those_of_the_mask() -> None:
    with pytest.raises(ShapeError, match="`y` must have the 3 shots of the mask"):
        SequentialMRI(torch.ones(3, 4, 4)).A_adjoint(torch.ones(1, 1, 2, 4, 4, dtype=torch.complex64))
