import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import CompressiveSpectralImaging
from tests.example import Example, random

EXAMPLES = {
    CompressiveSpectralImaging: [
        Example(lambda: CompressiveSpectralImaging(random(1, 1, 6, 5)), complex=True),
        Example(lambda: CompressiveSpectralImaging(random(2, 1, 6, 5), step=2)),
        Example(lambda: CompressiveSpectralImaging(random(2, 1, 6, 9), 2, step=2)),
        Example(lambda: CompressiveSpectralImaging(random(1, 1, 6, 5), 2), shape=(2, 1, 6, 5)),
    ]
}


@pytest.mark.parametrize("step", [1, 2])
def test_one_disperser_is_the_sum_by_the_definition(step: int) -> None:
    mask, x = random(1, 1, 4, 5), random(2, 3, 4, 5, seed=1)
    expected = torch.zeros(2, 1, 4, 5 + 2 * step)
    for c in range(3):
        expected[..., c * step : c * step + 5] += mask * x[:, c : c + 1]
    torch.testing.assert_close(CompressiveSpectralImaging(mask, 1, step).A(x), expected)


@pytest.mark.parametrize("step", [1, 2])
def test_two_dispersers_move_the_mask(step: int) -> None:
    mask, x = random(1, 1, 4, 5 + 2 * step), random(2, 3, 4, 5, seed=1)
    expected = sum(mask[..., c * step : c * step + 5] * x[:, c : c + 1] for c in range(3))
    torch.testing.assert_close(CompressiveSpectralImaging(mask, 2, step).A(x), expected)


def test_arguments_are_checked() -> None:
    with pytest.raises(ArgumentError, match="`dispersers` must be 1 or 2"):
        CompressiveSpectralImaging(random(1, 1, 4, 5), 3)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="`step` must be at least 1"):
        CompressiveSpectralImaging(random(1, 1, 4, 5), 1, 0)
    with pytest.raises(ShapeError, match="`mask` must be real"):
        CompressiveSpectralImaging(random(4, 5))
    with pytest.raises(ShapeError, match=r"`mask` must be .1 or 2, 1, 4, 6"):
        CompressiveSpectralImaging(random(1, 1, 4, 5)).A(random(2, 3, 4, 6))
    with pytest.raises(ShapeError, match="multiple of 2"):
        CompressiveSpectralImaging(random(1, 1, 4, 5), step=2).A_adjoint(random(2, 1, 4, 8))
