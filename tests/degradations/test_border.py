import torch
import torch.nn.functional as F

from preimage.degradations.border import mirrored


def test_it_is_the_reflection_of_the_middle_of_the_last_pixel() -> None:
    x = torch.rand(1, 2, 7, 5)
    assert torch.equal(mirrored(x, 4), F.pad(x, (4,) * 4, mode="reflect"))
    assert mirrored(x, 0) is x


def test_it_goes_on_beyond_the_picture() -> None:
    row = torch.tensor([1.0, 2.0, 3.0])
    assert mirrored(row.expand(1, 1, 1, 3), 5)[0, 0, 0].tolist() == [2, 1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2]
    assert bool((mirrored(torch.ones(1, 1, 1, 1), 9) == 1).all())
