import pytest
import torch

from preimage.errors import ShapeError
from preimage.metric import PSNR, SSIM
from preimage.metric.base import Metric, check_pair


def test_two_batches_of_one_shape() -> None:
    check_pair(torch.ones(2, 1, 3, 4), torch.ones(2, 1, 3, 4))
    with pytest.raises(ShapeError, match="silent broadcast"):
        check_pair(torch.ones(1, 1, 3, 4), torch.ones(2, 1, 3, 4))
    with pytest.raises(ShapeError, match="non-empty images"):
        check_pair(torch.ones(3), torch.ones(3))
    with pytest.raises(ShapeError, match="non-empty images"):
        check_pair(torch.ones(2, 1, 0, 4), torch.ones(2, 1, 0, 4))


def test_which_way_is_up() -> None:
    assert not Metric.higher_is_better
    assert PSNR().higher_is_better
    assert SSIM().higher_is_better
