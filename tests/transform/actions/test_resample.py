import pytest
import torch
from torch.nn.functional import pad

from preimage.errors import ArgumentError, ShapeError
from preimage.transform import Resampling
from preimage.transform.actions.resample import pixel_grid


@pytest.mark.parametrize("interpolation", ["nearest", "bilinear", "bicubic"])
def test_pixels_themselves_stay(interpolation: str, rng: torch.Generator) -> None:
    for shape in ((2, 3, 4, 5), (2, 1, 3, 4, 5), (1, 1, 1, 1)):
        x = torch.complex(*torch.rand(2, *shape, generator=rng, dtype=torch.float64))
        points = pixel_grid(x).expand(len(x), -1, -1, -1)
        torch.testing.assert_close(Resampling(interpolation).sample(x, points), x)


def test_values_between_pixels_are_weighted_by_distance() -> None:
    x = torch.tensor([[1.0, 3.0], [5.0, 11.0]]).reshape(1, 1, 2, 2)
    found = Resampling().sample(x, torch.tensor([0.25, 0.5], dtype=torch.float64).reshape(1, 1, 1, 2))
    assert found.item() == pytest.approx(0.5 * (0.75 * 1 + 0.25 * 3) + 0.5 * (0.75 * 5 + 0.25 * 11))


@pytest.mark.parametrize(
    ("padding", "mode"), [("zero", "constant"), ("replicate", "replicate"), ("reflect", "reflect")]
)
def test_images_go_on_as_their_padding(padding: str, mode: str, rng: torch.Generator) -> None:
    x = torch.rand(1, 2, 4, 5, generator=rng)
    wanted = pad(x, (2, 2, 2, 2), mode)
    points = pixel_grid(wanted)[None] - 2
    torch.testing.assert_close(Resampling(padding=padding).sample(x, points), wanted)


def test_what_is_refused() -> None:
    for wrong in ({"interpolation": "linear"}, {"padding": "circular"}):
        with pytest.raises(ArgumentError, match="help\\(Resampling\\)"):
            Resampling(**wrong)
    with pytest.raises(ShapeError):
        Resampling().sample(torch.zeros(3, 4), torch.zeros(1, 1, 1, 2))
