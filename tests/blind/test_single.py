import pytest
import torch

from preimage.blind.single import check_single
from preimage.errors import ShapeError


def test_pictures_pass_and_all_else_is_refused() -> None:
    check_single(torch.rand(3, 4, 5))
    check_single(torch.rand(1, 4, 5, dtype=torch.float64))
    wrong = torch.rand(2, 3, 4, 5), torch.rand(4, 5), torch.ones(3, 4, 5, dtype=torch.int64), torch.rand(3, 0, 5)
    for given in (*wrong, torch.ones(3, 4, 5, dtype=torch.complex64)):
        with pytest.raises(ShapeError, match="`picture` must be"):
            check_single(given)
