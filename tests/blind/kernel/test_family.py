import pytest
import torch

from preimage.blind.kernel.family import best_member, disk_family, gaussian_family, is_first, most_alike
from tests.blind.kernel.scenes import blurred


def test_kernels_have_the_moments_of_their_parameters() -> None:
    place = torch.arange(21.0) - 10
    for family, moment in ((gaussian_family(21, place), lambda p: p**2), (disk_family(21, place), lambda p: p**2 / 4)):
        index = int((family.parameters - 3).abs().argmin())
        variance = float((family.kernels[index].sum(0) * place.square()).sum())
        assert variance == pytest.approx(moment(float(family.parameters[index])) + 1 / 12, rel=0.05)
        assert float(family.kernels[index].sum()) == pytest.approx(1)


def test_the_member_most_alike_is_found_wherever_the_kernel_lies() -> None:
    family = disk_family(11, torch.zeros(1))
    index = family.nearest(3.0)
    moved = family.kernels[index].roll((1, -1), (0, 1))
    assert most_alike(family, moved) == index


@pytest.mark.parametrize(("family", "parameter"), [(gaussian_family, 1.6), (disk_family, 3.0)])
def test_the_parameter_of_a_blur_is_found(family, parameter: float) -> None:
    known = family(15, torch.zeros(1))
    kernel = known.kernels[int((known.parameters - parameter).abs().argmin())]
    y = blurred(kernel, 72)[0]
    found = best_member(known, y, torch.ones_like(y), 2.0, 4e-3)
    assert found.parameter == pytest.approx(parameter, rel=0.15)
    assert found.kind == known.kind


def test_what_a_free_kernel_looks_like_tells_a_disk_from_a_gaussian_of_about_the_same_cost() -> None:
    gaussians, disks = (family(13, torch.zeros(1)) for family in (gaussian_family, disk_family))
    bell, lens = gaussians.kernels[gaussians.nearest(1.6)], disks.kernels[disks.nearest(3.0)]
    rough = 0.01 * torch.rand(13, 13, generator=torch.Generator().manual_seed(0))
    assert not is_first(bell, lens, lens + rough, 0.01)
    assert is_first(bell, lens, bell + rough, -0.01)
    assert is_first(bell, lens, lens + rough, 1.0)
