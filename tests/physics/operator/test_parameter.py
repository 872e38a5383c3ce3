import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics import BlurFFT, GaussianNoise, kernels
from preimage.physics.operator.parameter import parameter_of_each, with_parameter

BLUR = BlurFFT(kernels.gaussian_blur(0.5), GaussianNoise(0.1))


def test_parameters_are_found_for_each_image_and_put_back() -> None:
    like = torch.zeros(2, 1, 4, 4, dtype=torch.float64)
    kernel, sigma = parameter_of_each(BLUR, "kernel", like, 2), parameter_of_each(BLUR, "sigma", like, 2)
    assert kernel.shape == (2, *BLUR.kernel.shape[1:])
    assert kernel.dtype == torch.float64
    torch.testing.assert_close(sigma, torch.tensor([[0.1], [0.1]], dtype=torch.float64))
    assert torch.equal(with_parameter(BLUR, "kernel", 2 * kernel).kernel, 2 * kernel)


def test_a_wrong_name_is_told() -> None:
    with pytest.raises(ArgumentError, match="`name` must be a field of BlurFFT"):
        parameter_of_each(BLUR, "width", torch.zeros(1), 1)
    with pytest.raises(ArgumentError, match="leading dimension 1 or 3"):
        parameter_of_each(BLUR.replace(kernel=BLUR.kernel.repeat(2, 1, 1, 1)), "kernel", torch.zeros(1), 3)
