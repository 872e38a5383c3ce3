import torch

from preimage.blind.kernel.energy import energy
from preimage.blind.kernel.shape import delta
from preimage.physics.kernels import gaussian_blur
from tests.blind.kernel.scenes import blurred, shapes


def test_the_true_kernel_costs_least() -> None:
    kernel = gaussian_blur(1.5, size=11)[0, 0]
    for y, true in ((blurred(kernel, 64)[0], 1), (shapes(64)[0], 0)):
        kernels = (delta(11, y), kernel, gaussian_blur(2.5, size=11)[0, 0])
        costs = [energy(y, torch.ones_like(y), each, 1e-3, 6) for each in kernels]
        assert costs.index(min(costs)) == true
