import pytest
import torch

from preimage.optim.weight.whiteness import _energy
from tests.optim.weight.linear import generator, random


@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128])
def test_whiteness_is_the_energy_of_the_autocorrelation(dtype):
    r = torch.complex(random(2, 3, 4, 5).double() - 0.4, random(2, 3, 4, 5, seed=1).double()).to(torch.complex128)
    r = r if dtype.is_complex else r.real
    lags = [(i, j) for i in range(4) for j in range(5)]
    autocorrelation = torch.stack([(r.conj() * r.roll(lag, (2, 3))).sum((2, 3)) for lag in lags])
    wanted = autocorrelation[1:].abs().square().sum(0) / autocorrelation[0].abs().square()
    torch.testing.assert_close(_energy(r), wanted)
    assert _energy(torch.zeros(1, 1, 4, 4)).item() == 0


def test_whiteness_of_white_noise_is_one():
    noise = torch.randn(1, 1, 256, 256, generator=generator(), dtype=torch.float64)
    assert _energy(noise).item() == pytest.approx(1, abs=0.03)  # four standard deviations of 2 sqrt(5 / 65536) / 2
    assert _energy(torch.nn.functional.avg_pool2d(noise, 3, 1)).item() > 2
