import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.loss.recorruption import GammaRecorruption
from preimage.physics import GammaNoise
from tests.loss.recorruption.draws import require_moments


@pytest.mark.parametrize("looks", [1.0, 6.0])
def test_its_parts_are_independent_with_the_variances_told(looks: float) -> None:
    z = torch.tensor(0.5, dtype=torch.float64)
    kind = GammaRecorruption(looks, 0.4)
    require_moments(kind, GammaNoise(looks), z, 0.25 / (0.6 * looks), 0.25 / (0.4 * looks))


def test_the_parts_make_the_whole_and_no_light_stays_none() -> None:
    y = torch.tensor([[0.0, 0.1, 0.7]])
    first, second = GammaRecorruption(2.0, 0.3).split(y, torch.Generator().manual_seed(0))
    torch.testing.assert_close(0.7 * first + 0.3 * second, y)
    assert first[0, 0] == second[0, 0] == 0


def test_what_cannot_be_split_is_told() -> None:
    with pytest.raises(ArgumentError, match="`alpha` must be in"):
        GammaRecorruption(4.0, 0.0)
    with pytest.raises(ArgumentError, match="`looks`"):
        GammaRecorruption(0.0)
    with pytest.raises(ShapeError, match="intensities"):
        GammaRecorruption(1.0).split(torch.ones(1, 1, dtype=torch.complex64))
