import pytest
import torch

from preimage.datasets import RandomEllipses, collate
from preimage.errors import ArgumentError


def test_images_follow_from_seed_epoch_and_index() -> None:
    data = RandomEllipses(3, 17)
    batch = collate(list(data))
    assert batch.x.shape == (3, 1, 17, 17)
    assert float(batch.x.max()) <= 1
    assert torch.equal(RandomEllipses(9, 17)[2].x, batch.x[2])
    others = [data[1].x, data.at_epoch(1)[2].x, RandomEllipses(3, 17, seed=1)[2].x]
    assert not any(torch.equal(batch.x[2], other) for other in others)
    assert len(RandomEllipses(0)) == 0


def test_what_is_refused() -> None:
    for arguments in ((-1, 5), (1, 0)):
        with pytest.raises(ArgumentError, match="`count`"):
            RandomEllipses(*arguments)
