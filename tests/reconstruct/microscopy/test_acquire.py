import pytest
import torch

from preimage.physics import Blur
from preimage.reconstruct.microscopy.acquire import StackPiece


@pytest.mark.parametrize("taps", [(3, 4), (4, 5, 2)])
def test_what_was_seen_is_where_a_kernel_of_one_point_leaves_it(taps: tuple[int, ...]) -> None:
    kernel = torch.zeros(1, 1, *taps)
    kernel[(0, 0, *(size // 2 for size in taps))] = 1
    physics = Blur(kernel, "valid")
    x = torch.rand(1, 1, *(size + 5 for size in taps), generator=torch.Generator().manual_seed(0))
    y = physics.A(x)
    torch.testing.assert_close(StackPiece(y, physics).finish(x), y)
