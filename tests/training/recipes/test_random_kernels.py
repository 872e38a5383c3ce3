import pytest
import torch

from preimage.training.recipes.random_kernels import disks, random_kernels


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("factor", [1, 2, 3, 4])
def test_kernels_are_blurs_of_the_size_asked_for(factor):
    kernels = random_kernels(40, 25, factor, rng())
    assert kernels.shape == (40, 1, 25, 25)
    assert float(kernels.min()) >= 0
    torch.testing.assert_close(kernels.sum((1, 2, 3)), torch.ones(40, dtype=kernels.dtype))
    assert torch.equal(kernels, random_kernels(40, 25, factor, rng()))
    assert not torch.equal(kernels, random_kernels(40, 25, factor, rng(1)))


def test_most_kernels_lie_over_the_middle_of_a_block():
    at = torch.arange(25.0) - 12
    kernels = random_kernels(400, 25, 3, rng())[:, 0]
    centres = (kernels.sum(1) * at).sum(1)
    middle = (centres + 1).abs() < 0.05  # moved by one: entry j acts on the pixel origin - j further
    assert 0.7 < float(middle.double().mean()) < 0.8
    assert float((centres.abs() < 0.05).double().mean()) > 0.2


def test_a_disk_has_the_area_of_its_radius():
    kernels = disks(torch.tensor([1.0, 3.0, 5.0]), 15)
    assert kernels.shape == (3, 1, 15, 15)
    torch.testing.assert_close(kernels.sum((1, 2, 3)), torch.ones(3))
    areas = 1 / kernels.amax((1, 2, 3))
    torch.testing.assert_close(areas, torch.pi * torch.tensor([1.0, 9.0, 25.0]), rtol=0.07, atol=0)
