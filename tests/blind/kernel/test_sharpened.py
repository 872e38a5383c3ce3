import torch
import torch.nn.functional as F

from preimage.blind.kernel.energy import energy
from preimage.blind.kernel.shape import agreement
from preimage.blind.kernel.sharpened import sharpened
from preimage.physics.kernels import motion_line
from tests.blind.kernel.scenes import blurred

SEEN = torch.ones(96, 96)


def test_a_kernel_that_is_too_wide_becomes_narrow() -> None:
    kernel = motion_line(9, 35)[0, 0]
    y = blurred(kernel)[0]
    wide = F.conv2d(kernel[None, None], torch.full((1, 1, 3, 3), 1 / 9), padding=2)[0, 0]
    with torch.no_grad():
        found = sharpened(y, SEEN, wide, 0.003, lambda one: energy(y, SEEN, one, 1e-3, 8), 0.05)
    assert agreement(found, kernel) > agreement(wide, kernel) + 0.05
    assert abs(float(found.sum()) - 1) < 1e-5
    assert float(found.min()) >= 0
    assert found.shape[0] % 2 == 1


def test_what_explains_less_is_not_taken() -> None:
    kernel = motion_line(9, 35)[0, 0]
    costs = iter([1.0, 1.01, 1.03])
    with torch.no_grad():
        once = sharpened(blurred(kernel)[0], SEEN, kernel, 0.003, lambda _: next(costs), 0.05)
        never = sharpened(blurred(kernel)[0], SEEN, kernel, 0.003, lambda one: 2.0 - (one is kernel), 0.05)
    assert never is kernel
    assert once is not kernel
    assert next(costs, None) is None
