import pytest
import torch

from preimage.blind.kernel.family import best_member, disk_family, gaussian_family
from tests.blind.kernel.scenes import blurred


def test_kernels_have_the_moments_of_their_parameters() -> None:
    place = torch.arange(21.0) - 10
    for family, moment in ((gaussian_family(21, place), lambda p: p**2), (disk_family(21, place), lambda p: p**2 / 4)):
        index = int((family.parameters - 3).abs().argmin())
        variance = float((family.kernels[index].sum(0) * place.square()).sum())
        assert variance == pytest.approx(moment(float(family.parameters[index])) + 1 / 12, rel=0.05)
        assert float(family.kernels[index].sum()) == pytest.approx(1)


@pytest.mark.parametrize(("family", "parameter"), [(gaussian_family, 1.6), (disk_family, 3.0)])
def test_the_parameter_of_a_blur_is_found(family, parameter: float) -> None:
    known = family(15, torch.zeros(1))
    kernel = known.kernels[int((known.parameters - parameter).abs().argmin())]
    y = blurred(kernel, 72)[0]
    found = best_member(known, y, torch.ones_like(y), 2.0, 4e-3)
    assert found.parameter == pytest.approx(parameter, rel=0.15)
    assert found.kind == known.kind
