import pytest
import torch

from preimage.physics import Blur, BlurFFT, Denoising, Downsampling, GaussianNoise
from preimage.transform import dct, idct
from preimage.transform.fourier import transformed


def kernel():
    return torch.rand(5, 4, generator=torch.Generator().manual_seed(0)) / 20


PHYSICS = {
    "periodic": lambda: BlurFFT(kernel()),
    "twice": lambda: BlurFFT(kernel()) @ (2 * BlurFFT(kernel())),
    "reflected": lambda: Blur(kernel(), "reflect", method="fft"),
    "decimated": lambda: Downsampling(kernel(), 2),
    "decimated, reflected": lambda: Downsampling(kernel(), 2, "reflect"),
}


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
@pytest.mark.parametrize("name", PHYSICS)
def test_half_precision_is_single_precision_rounded(name, dtype):
    physics, x = PHYSICS[name](), torch.rand(2, 1, 8, 6, generator=torch.Generator().manual_seed(1)).to(dtype)
    y = physics.A(x)
    assert y.dtype == dtype
    rounding = 4 * torch.finfo(dtype).eps
    torch.testing.assert_close(y.float(), physics.A(x.float()), rtol=rounding, atol=rounding)
    back = physics.A_adjoint(y)
    assert back.dtype == dtype
    torch.testing.assert_close(back.float(), physics.A_adjoint(y.float()), rtol=rounding, atol=rounding)


@pytest.mark.parametrize("solve", [lambda a, v: a.A_dagger(v), lambda a, v: a.solve_regularized(v, 0.1)])
def test_half_precision_in_closed_forms(solve):
    physics, y = BlurFFT(kernel()), torch.rand(2, 1, 8, 6, generator=torch.Generator().manual_seed(1)).half()
    found, expected = solve(physics, y), solve(physics, y.float())
    assert found.dtype == torch.float16
    torch.testing.assert_close(found.float(), expected, rtol=2e-3, atol=2e-3)


def test_cosine_transform_in_half_precision():
    x = torch.rand(2, 1, 8, 6, generator=torch.Generator().manual_seed(1)).half()
    assert dct(x).dtype == torch.float16
    torch.testing.assert_close(idct(dct(x)), x, rtol=0, atol=4e-3)


def test_an_empty_batch_has_an_empty_spectrum_and_a_gradient():
    x = torch.zeros(0, 3, 8, requires_grad=True)
    spectrum = transformed(torch.fft.rfft, x)
    assert spectrum.shape == (0, 3, 5)
    assert torch.autograd.grad(spectrum.abs().sum(), x)[0].shape == x.shape
    assert dct(x).shape == x.shape


def test_an_empty_batch_through_a_model():
    physics = BlurFFT(kernel(), GaussianNoise(0.1))
    assert physics(torch.zeros(0, 1, 8, 6)).shape == (0, 1, 8, 6)
    assert Denoising(GaussianNoise(0.1))(torch.zeros(0, 1, 8, 6)).shape == (0, 1, 8, 6)
