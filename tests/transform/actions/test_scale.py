import pytest
import torch

from preimage.errors import ArgumentError
from preimage.transform import Resampling, Scale
from tests.example import Example
from tests.transform.actions.test_homography import smooth

EXAMPLES = {
    Scale: [Example(Scale, (3, 2, 6, 5), complex=True), Example(lambda: Scale((2.0,)), (2, 1, 3, 5, 4))],
}


def test_points_move_away_from_the_centre_by_the_factor() -> None:
    x = torch.arange(9.0, dtype=torch.float64).expand(2, 1, 9, 9)
    centre = torch.tensor([[0.5, 0.25], [0.0, 1.0]], dtype=torch.float64)
    found = Scale((2.0,), Resampling()).transform(x, (torch.tensor([2.0, 2.0]), centre))
    torch.testing.assert_close(found, torch.stack([4 + (x[0] - 4) / 2, x[1] / 2]))


def test_a_shrunken_image_is_continued_around_itself() -> None:
    x = torch.arange(9.0, dtype=torch.float64).expand(1, 1, 9, 9)
    params = (torch.tensor([0.5]), torch.full((1, 2), 0.5))
    found = Scale(resampling=Resampling(padding="zero")).transform(x, params)[0, 0, 4]
    assert found.tolist() == [0, 0, 0, 2, 4, 6, 8, 0, 0]


def test_factors_are_equally_likely(rng: torch.Generator) -> None:
    factors, centres = Scale((0.5, 0.75, 1.5)).draw(3000, rng)
    for factor in (0.5, 0.75, 1.5):
        assert float((factors == factor).double().mean()) == pytest.approx(1 / 3, abs=0.035)
    assert float(centres.min()) < 0.01 < 0.99 < float(centres.max())


@pytest.mark.parametrize("factor", [0.5, 0.75, 1.25])
def test_the_inverse_gives_smooth_images_back(factor: float) -> None:
    x = smooth(64, 81)
    transform = Scale((factor,))
    params = (torch.tensor([factor]), torch.full((1, 2), 0.5))
    back = transform.inverse(transform.transform(x, params), params)
    inside = (..., slice(7, -7), slice(9, -9))  # what a zoom by 1.25 keeps in the frame
    assert float((back - x)[inside].norm() / x.norm()) < 0.02


def test_what_is_refused() -> None:
    for factors in ((), (0.5, 0.0)):
        with pytest.raises(ArgumentError, match="`factors` must"):
            Scale(factors)
