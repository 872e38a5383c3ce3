import pytest
import torch

from preimage.training.recipes.ram.pixels import (
    BlurredPictures,
    HoledPictures,
    MosaicPictures,
    NoisyPictures,
    SmallPictures,
    defocus,
)


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize(
    "problem", [NoisyPictures(), BlurredPictures(), SmallPictures(), HoledPictures(), MosaicPictures()], ids=str
)
@pytest.mark.parametrize("shared", range(6))
def test_parts_of_a_batch_are_measured_as_the_whole(problem, shared):
    side = problem.sides[0]
    x = torch.rand(3, problem.kinds[-1], side, side, generator=rng())
    parameters = problem.draw(3, side, rng(shared))
    again = problem.draw(3, side, rng(shared))
    assert all(torch.equal(a, b) for a, b in zip(parameters, again, strict=True))
    y = problem.operator(parameters, side, x.shape[1], shared).A(x)
    part = problem.operator([p[1:2] for p in parameters], side, x.shape[1], shared).A(x[1:2])
    torch.testing.assert_close(y[1:2], part)


def test_discs_have_their_area():
    discs = defocus(torch.tensor([1.0, 4.5]), 21)
    torch.testing.assert_close(discs.sum((-2, -1)).flatten(), torch.ones(2))
    area = 1 / discs.amax((-2, -1)).flatten()
    torch.testing.assert_close(area, torch.pi * torch.tensor([1.0, 4.5]).square(), rtol=0.15, atol=0)


def test_every_pattern_of_missing_pixels_comes():
    masks = [HoledPictures().draw(2, 64, rng(seed))[0] for seed in range(40)]
    lines = [m for m in masks if bool((m == m[..., :1]).all()) or bool((m == m[..., :1, :]).all())]
    boxes = [m for m in masks if float(m[:, :, 0].min()) == 1 and float(m.mean()) > 0.7]
    assert len(lines) > 2
    assert len(boxes) > 2
    assert all(0 < float(m.mean()) < 1 for m in masks)
