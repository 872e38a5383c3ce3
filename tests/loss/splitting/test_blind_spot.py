import pytest
import torch

from preimage.errors import ArgumentError, CapabilityError, ShapeError
from preimage.fidelity import Measured
from preimage.loss import BlindSpot
from preimage.loss.splitting.blind_spot import cell_phase, neighbour_mean
from preimage.physics import Denoising, GaussianNoise, Inpainting
from preimage.testing.loss import SmallModel
from tests.example import SEEN, Example, random
from tests.loss.draws import smooth

EXAMPLES = {
    BlindSpot: [
        Example(lambda: BlindSpot(SmallModel()), physics=lambda: Denoising(GaussianNoise(0.1))),
        Example(lambda: BlindSpot(SmallModel(), 2), shape=(2, 1, 3, 5, 4), physics=Denoising),
    ]
}


@pytest.mark.parametrize("cell", [2, 3, 4])
def test_no_pixel_sees_itself(cell: int) -> None:
    y = random(1, 1, 5, 6).double()
    jacobian = torch.autograd.functional.jacobian(lambda y: BlindSpot(SmallModel().double(), cell)(y, Denoising()), y)
    matrix = jacobian.reshape(30, 30)
    assert bool((matrix.diagonal() == 0).all())
    assert int((matrix != 0).sum()) > 100


def test_the_mean_of_neighbours_by_its_definition() -> None:
    y = random(1, 1, 4, 5).double()
    found = neighbour_mean(Measured.of(Denoising(), y))
    a = y[0, 0]
    inside = (a[0, 1] + a[1, 0] + a[1, 2] + a[2, 1] + (a[0, 0] + a[0, 2] + a[2, 0] + a[2, 2]) / 2) / 6
    torch.testing.assert_close(found[0, 0, 1, 1], inside)
    torch.testing.assert_close(found[0, 0, 0, 0], (a[0, 1] + a[1, 0] + a[1, 1] / 2) / 2.5)
    ones = Measured.of(Inpainting(SEEN), torch.where(SEEN, torch.ones(1, 1, 6, 5), torch.nan))
    torch.testing.assert_close(neighbour_mean(ones), torch.ones(1, 1, 6, 5))
    both = neighbour_mean(Measured.of(Denoising(), torch.complex(y, 2 * y)))
    torch.testing.assert_close(both, torch.complex(found, 2 * found))


def test_places_of_a_cell() -> None:
    hidden = cell_phase(torch.zeros(2, 3, 4, 5), 2, torch.tensor([0, 3]))
    assert hidden.shape == (2, 1, 4, 5)
    assert hidden[0, 0, ::2, ::2].all()
    assert int(hidden[0].sum()) == 6
    assert hidden[1, 0, 1::2, 1::2].all()
    assert int(hidden[1].sum()) == 4


def test_what_does_not_fit_is_told() -> None:
    with pytest.raises(ArgumentError, match="`cell` must be at least 2"):
        BlindSpot(smooth, 1)
    with pytest.raises(ShapeError, match="two pixels at least"):
        BlindSpot(smooth)(torch.zeros(1, 1, 1, 1), Denoising())
    with pytest.raises(CapabilityError, match="must be Denoising for BlindSpot"):
        BlindSpot(smooth)(torch.zeros(1, 1, 2, 2), Inpainting(torch.eye(2)))


def test_an_empty_batch_comes_back_empty() -> None:
    assert BlindSpot(smooth)(torch.zeros(0, 1, 4, 4), Denoising()).shape == (0, 1, 4, 4)
