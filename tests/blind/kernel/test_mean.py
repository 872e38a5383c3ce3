import pytest
import torch

from preimage.blind.kernel.mean import brought_to, weighted_mean
from preimage.blind.kernel.shape import agreement, in_the_middle, moved
from preimage.physics.kernels import gaussian_blur, motion_line


def test_a_kernel_is_brought_back() -> None:
    kernel = in_the_middle(gaussian_blur((1.0, 2.0), 30, size=9)[0, 0], 15)
    assert torch.allclose(brought_to(moved(kernel, 2, -1), kernel), kernel, atol=1e-6)
    place = torch.arange(15.0) - 7
    here, there = (torch.exp(-((place - shift).square()[:, None]) / 2 - place.square() / 4) for shift in (0.0, 0.75))
    assert float((brought_to(there, here) - here).abs().max()) < 0.02
    assert float((there - here).abs().max()) > 0.2


def test_the_mean_is_nearer_than_what_it_is_made_of() -> None:
    kernel, generator = in_the_middle(motion_line(9, 35)[0, 0], 15), torch.Generator().manual_seed(0)
    found = [moved((kernel + 0.02 * torch.rand(15, 15, generator=generator)), n, -n) for n in (0, 1, 2)]
    found = [each / each.sum() for each in found]
    mean = weighted_mean(found, [1.0, 1.0, 1.0], 0.02)
    assert float(mean.sum()) == pytest.approx(1)
    assert agreement(mean, kernel) > max(agreement(each, kernel) for each in found) + 0.01


def test_what_explains_much_less_does_not_count() -> None:
    kernel, other = motion_line(9, 35)[0, 0], torch.ones(15, 15) / 225
    mean = weighted_mean([kernel, other], [1.0, 1.3], 0.02)
    assert mean.shape == (15, 15)
    assert torch.allclose(mean, in_the_middle(kernel, 15), atol=1e-5)
