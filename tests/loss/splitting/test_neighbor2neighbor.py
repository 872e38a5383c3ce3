import pytest
import torch

from preimage.errors import ArgumentError, CapabilityError, ShapeError
from preimage.loss import Neighbor2Neighbor
from preimage.loss.splitting.neighbor2neighbor import draw_neighbours
from preimage.physics import CorrelatedGaussianNoise, Denoising, GaussianNoise, Inpainting
from tests.example import Example, random
from tests.loss.draws import DRAWS, Recorder, assert_mean, evaluated, mean_gap, smooth

EXAMPLES = {
    Neighbor2Neighbor: [
        Example(Neighbor2Neighbor, complex=True, physics=lambda: Denoising(GaussianNoise(0.1))),
        Example(lambda: Neighbor2Neighbor(0.0), shape=(2, 1, 3, 5, 4), physics=Denoising),
    ]
}

SIGMA = 0.3
X = random(1, 1, 6, 4, seed=1).double().expand(DRAWS, -1, -1, -1)


def taken(x: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
    """Pixel ``index`` of every cell, by definition."""
    height, width = index.shape[-2:]
    found = torch.zeros(len(x), 1, height, width, dtype=x.dtype)
    for row in range(height):
        for column in range(width):
            cell = x[:, 0, 2 * row : 2 * row + 2, 2 * column : 2 * column + 2].flatten(1)
            found[:, 0, row, column] = cell.gather(1, index[:, 0, row, column, None])[:, 0]
    return found


def drawn() -> tuple[torch.Tensor, torch.Tensor]:
    return draw_neighbours(X, torch.Generator().manual_seed(0))


@pytest.mark.parametrize("linear", [True, False])
def test_its_mean_is_the_risk_against_the_neighbours_and_the_noise(linear: bool) -> None:
    y = GaussianNoise(SIGMA).sample(X, torch.Generator().manual_seed(1))
    model = Recorder(smooth if linear else None)
    found = evaluated(Neighbor2Neighbor(0.0), y, Denoising(), model)
    first, second = drawn()
    torch.testing.assert_close(model.shown[0], taken(y, first))
    risk = (model.said[0] - taken(X, second)).square().flatten(1).mean(1)
    assert_mean(found - risk, SIGMA**2)


def test_the_second_term_by_its_definition() -> None:
    y = GaussianNoise(SIGMA).sample(X[:3], torch.Generator().manual_seed(1))
    first, second = (index[:3] for index in drawn())
    found = evaluated(Neighbor2Neighbor(2.0), y, Denoising(), smooth)
    first, second = draw_neighbours(y, torch.Generator().manual_seed(0))
    error = smooth(taken(y, first), Denoising()) - taken(y, second)
    whole = smooth(y, Denoising())
    gap = error - (taken(whole, first) - taken(whole, second))
    torch.testing.assert_close(found, (error**2 + 2 * gap**2).flatten(1).mean(1))


def test_the_whole_picture_has_no_gradient() -> None:
    weight = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
    asked: list[bool] = []

    def model(y: torch.Tensor, physics: object) -> torch.Tensor:
        asked.append((weight * y).requires_grad)
        return weight * y

    evaluated(Neighbor2Neighbor(), X[:2], Denoising(), model).sum().backward()
    assert asked == [True, False]


def test_correlated_noise_breaks_it() -> None:
    noise = CorrelatedGaussianNoise(torch.ones(3, 3).double(), SIGMA)
    y = noise.sample(X, torch.Generator().manual_seed(1))
    model = Recorder(lambda y, physics: y)
    found = evaluated(Neighbor2Neighbor(0.0), y, Denoising(), model)
    risk = (model.said[0] - taken(X, drawn()[1])).square().flatten(1).mean(1)
    assert mean_gap(found - risk, float((y - X).square().mean())) < -30  # keeping the noise seems good


def test_pixels_share_an_edge_and_all_pairs_are_drawn() -> None:
    first, second = drawn()
    pairs = {(int(a), int(b)) for a, b in zip(first.flatten(), second.flatten(), strict=True)}
    assert pairs == {(0, 1), (1, 0), (0, 2), (2, 0), (1, 3), (3, 1), (2, 3), (3, 2)}


def test_what_does_not_fit_is_told() -> None:
    with pytest.raises(ArgumentError, match="`gamma` must be at least 0"):
        Neighbor2Neighbor(-1.0)
    with pytest.raises(CapabilityError, match="must be Denoising for Neighbor2Neighbor"):
        evaluated(Neighbor2Neighbor(), torch.zeros(1, 1, 2, 2), Inpainting(torch.eye(2)), smooth)
    with pytest.raises(ShapeError, match="two rows and columns"):
        evaluated(Neighbor2Neighbor(), torch.zeros(1, 1, 1, 4), Denoising(), smooth)
