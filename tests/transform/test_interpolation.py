import pytest
import torch

from preimage.transform import cubic, lanczos, linear

T = torch.linspace(-4, 4, 161, dtype=torch.float64)
KERNELS = {1: linear, 2: cubic, 3: lambda t: lanczos(t, 3)}


@pytest.mark.parametrize("reach", KERNELS)
def test_samples_are_kept_and_nothing_is_seen_beyond_the_reach(reach):
    whole = torch.arange(-4, 5, dtype=torch.float64)
    torch.testing.assert_close(KERNELS[reach](whole), (whole == 0).double(), rtol=0, atol=1e-15)
    assert not KERNELS[reach](T)[T.abs() >= reach].any()


@pytest.mark.parametrize(("kernel", "degree"), [(linear, 1), (cubic, 2)])
def test_polynomials_are_reproduced(kernel, degree):
    samples = torch.arange(-8, 9, dtype=torch.float64)
    for power in range(degree + 1):
        found = (kernel(T[:, None] - samples) * samples**power).sum(1)
        torch.testing.assert_close(found, T**power, rtol=0, atol=1e-12)


def test_lanczos_is_a_windowed_sinc():
    assert float(lanczos(torch.tensor(0.5, dtype=torch.float64), 2)) == pytest.approx(4 * 2**0.5 / torch.pi**2)
