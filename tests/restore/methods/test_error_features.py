import math

import pytest
import torch

from preimage.restore.methods.error_features import (
    FEATURES,
    TERMS,
    distance_to_seen,
    error_features,
    error_terms,
    hardness,
    linear_error,
)
from preimage.restore.tasks.deblur import Deblur
from preimage.restore.tasks.inpaint import Inpaint
from preimage.restore.tasks.superresolve import SuperResolve

BOX = torch.ones(3, 3) / 9
X = torch.rand(1, 3, 20, 24, generator=torch.Generator().manual_seed(0))


def feature(name: str, values: torch.Tensor) -> torch.Tensor:
    return values[FEATURES.index(name)].exp()


def test_the_error_of_a_linear_filter_is_that_of_the_dense_estimate() -> None:
    """Of the Gaussian vector with the spectrum of pictures, seen through blur and decimation with noise."""
    size, factor, sigma = 96, 2, 0.02
    f = torch.fft.fftfreq(size, dtype=torch.float64)
    power = 1 / (f[:, None].square() + f.square() + 1 / 64**2)
    power = 0.05 * power / power.sum()
    transfer = torch.fft.fft2(BOX.double(), s=(size, size))
    # The frequencies that alias to each other are estimated together, from one sum of them with noise.
    left, half = 0.0, size // factor
    for row in range(half):
        for column in range(half):
            h = transfer[row::half, column::half].reshape(-1, 1)
            p = torch.diag(power[row::half, column::half].flatten()).to(h.dtype)
            seen = h.mT @ p @ h.conj() + factor**2 * sigma**2 / size**2
            left += float((p - p @ h.conj() @ seen.inverse() @ h.mT @ p).diagonal().real.sum())
    assert linear_error(BOX, factor, sigma) == pytest.approx(math.sqrt(left), rel=1e-9)


def test_more_blur_more_noise_and_fewer_pixels_are_harder() -> None:
    wide = torch.ones(7, 7) / 49
    assert linear_error(BOX, 1, 0.01) < linear_error(wide, 1, 0.01) < linear_error(wide, 1, 0.05)
    assert linear_error(BOX, 1, 0.01) < linear_error(BOX, 2, 0.01) < linear_error(BOX, 3, 0.01)
    assert linear_error(None, 1, 0.1) < 0.1


def test_distances_are_from_the_nearest_pixel_that_was_seen() -> None:
    missing = torch.zeros(9, 12, dtype=torch.bool)
    missing[2:7, 3:10] = True
    found = distance_to_seen(missing)
    assert found[4].tolist() == [1, 1, 1, 2, 3, 4, 4, 4, 3, 2, 1, 1]
    assert hardness(Inpaint(missing), Inpaint(missing).problem(X[..., :9, :12], 0.0)) == 4


@pytest.mark.parametrize("task", [Deblur(BOX), SuperResolve(2)])
def test_a_flat_picture_has_nothing_to_lose(task) -> None:
    y = torch.full((1, 3, 20, 24), 0.4)
    problem = task.problem(y, 0.02)
    x = torch.full((1, 3, 20 * task.scale(), 24 * task.scale()), 0.4)
    found = error_features(task, problem, x)
    assert found.shape == (len(FEATURES), *x.shape[1:])
    for name in ("fine", "coarse", "lost", "lost_around", "changed"):
        torch.testing.assert_close(feature(name, found), torch.full(x.shape[1:], 0.5 / 255), rtol=0.01, atol=0)
    assert float(feature("noise", found)[0, 0, 0]) == pytest.approx(0.02)
    assert float(feature("difficulty", found)[0, 0, 0]) == pytest.approx(hardness(task, problem))
    assert float(feature("seen", found)[:, 8, 8].min()) > 0.9  # the middle is seen whole


def test_what_a_blur_takes_away_is_lost_and_borders_are_seen_less() -> None:
    task = Deblur(torch.ones(5, 5) / 25)
    found = error_features(task, task.problem(X, 0.01), X)
    inside = X[..., 2:-2, 2:-2] - torch.nn.functional.avg_pool2d(X, 5, 1)
    lost = feature("lost", found)[:, 2:-2, 2:-2]
    assert float(lost.square().mean().sqrt()) == pytest.approx(float(inside.square().mean().sqrt()), rel=0.1)
    seen = feature("seen", found)[0]
    assert float(seen[0, 0]) == pytest.approx(9 / 25, rel=0.01)
    assert float(seen[10, 12]) == pytest.approx(1)


def test_of_pixels_that_were_seen_nothing_is_lost() -> None:
    missing = torch.zeros(20, 24, dtype=torch.bool)
    missing[8:12, 8:12] = True
    found = error_features(Inpaint(missing), Inpaint(missing).problem(X, 0.0), X)
    assert float(feature("lost", found)[:, :3, :3].max()) == pytest.approx(0.5 / 255, rel=1e-3)
    assert float(feature("lost", found)[:, 9:11, 9:11].min()) > 0.05


def test_terms_are_the_features_and_products_of_two() -> None:
    features = torch.arange(1.0, len(FEATURES) + 1)[:, None]
    found = error_terms(features).flatten()
    assert len(found) == TERMS
    assert found[: len(FEATURES)].tolist() == features.flatten().tolist()
    fine, noise, difficulty = (float(features[FEATURES.index(name)]) for name in ("fine", "noise", "difficulty"))
    assert float(found[len(FEATURES)]) == fine**2
    assert float(found[-2]) == noise**2
    assert float(found[-1]) == difficulty**2
