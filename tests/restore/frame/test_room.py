import numpy as np
import pytest
import torch

from preimage import restore
from preimage.errors import ArgumentError
from preimage.restore.frame.room import BASE, needed_room, require_room


def test_a_picture_that_cannot_be_looked_at_is_refused() -> None:
    shape = torch.Size((3, 3000, 4000))
    assert needed_room(shape) - BASE == 28 * shape.numel()
    require_room([shape], None)
    require_room([shape], needed_room(shape))
    with pytest.raises(ArgumentError, match=r"at least 1.33 GB to look at a picture of 4000x3000, got 800 MB; allow"):
        require_room([torch.Size((1, 3, 3)), shape], 800_000_000)


def test_it_is_refused_whatever_the_tiles_would_take() -> None:
    """Tiles of 800 MB would do, and did, with a peak of 2 GB."""
    with pytest.raises(ArgumentError, match=r"`memory` must be at least 1.33 GB to look at a picture of 4000x3000"):
        restore.denoise(np.zeros((3000, 4000, 3), np.uint8) + np.array([1, 0, 0], np.uint8), memory="800MB")
