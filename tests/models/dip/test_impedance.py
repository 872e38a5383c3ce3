"""Figure 2 of the publication: a network draws an image sooner than noise."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import Tensor

from preimage.models import DeepImagePrior
from preimage.models.dip import published
from preimage.physics import Denoising
from tests.data import DATA, needs_data


def _picture(size: int) -> Tensor:
    """The middle of F16."""
    from PIL import Image

    with Image.open(DATA / "dip" / "denoising" / "F16_GT.png") as file:
        left, top = (file.width - size) // 2, (file.height - size) // 2
        array = np.array(file.convert("RGB").crop((left, top, left + size, top + size)))
    return torch.from_numpy(array).permute(2, 0, 1)[None] / 255


@pytest.mark.slow
@pytest.mark.timeout(1800)
@needs_data
def test_learning_curves_are_ordered_as_published(rng: torch.Generator) -> None:
    """The errors of an image, with noise, shuffled, and of noise: in this order all the way from a tenth of it on.

    Later, at this size, the network has learned the shuffled one by heart, and no noise yet.
    """
    x, steps = _picture(128), 250
    targets = [
        x,
        x + 25 / 255 * torch.randn(x.shape, generator=rng),
        x.flatten(2)[:, :, torch.randperm(x[0, 0].numel(), generator=rng)].reshape(x.shape),
        torch.rand(x.shape, generator=rng),
    ]
    base = published.denoising()
    prior = DeepImagePrior(base.network, fit=replace(base.fit, max_steps=steps, input_noise=0.0), stop=base.stop)
    curves = [prior.solve(target, Denoising()).history.series["misfit"][steps // 10 :, 0] for target in targets]
    smooth = [torch.nn.functional.avg_pool1d(curve[None], 15, 5)[0] for curve in curves]
    for easier, harder in pairwise(smooth):
        assert bool((easier < harder).all())
    half = [float((target - target.mean()).square().sum() / 4) for target in targets]  # of the misfit of a flat picture
    reached = [int((curve >= value).sum()) for curve, value in zip(smooth, half, strict=True)]
    assert reached[0] == reached[1] == 0
    assert reached[3] > reached[0]
