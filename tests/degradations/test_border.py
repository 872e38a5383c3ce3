import numpy as np
import torch

from preimage.degradations.border import mirrored


def test_it_is_the_reflection_of_the_middle_of_the_last_pixel() -> None:
    x = torch.rand(1, 2, 7, 5)
    for image in (x, x[0], x[None]):
        expected = np.pad(image.numpy(), ((0, 0),) * (image.ndim - 2) + ((4, 4),) * 2, mode="reflect")
        assert np.array_equal(mirrored(image, 4).numpy(), expected)
    assert mirrored(x, 0) is x


def test_it_goes_on_beyond_the_picture() -> None:
    row = torch.tensor([1.0, 2.0, 3.0])
    assert mirrored(row.expand(1, 1, 1, 3), 5)[0, 0, 0].tolist() == [2, 1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2]
    assert bool((mirrored(torch.ones(1, 1, 1, 1), 9) == 1).all())
