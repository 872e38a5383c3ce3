import pytest
import torch

from preimage.physics.pet.resolution import blur_by_gaussian, discrete_gaussian


@pytest.mark.parametrize("sigma", [0.05, 0.3, 0.6, 1.7, 4.0])
def test_sum_and_variance_are_exact(sigma) -> None:
    kernel = discrete_gaussian(sigma)
    place = torch.arange(len(kernel)) - len(kernel) // 2
    assert (kernel >= 0).all()
    assert kernel.sum().item() == pytest.approx(1, abs=1e-14)
    assert (kernel * place**2).sum().item() == pytest.approx(sigma**2, rel=1e-6)


def test_widths_add_as_variances() -> None:
    twice = torch.nn.functional.conv1d(
        discrete_gaussian(0.9)[None, None], discrete_gaussian(1.2)[None, None], padding=len(discrete_gaussian(1.2)) // 2
    )[0, 0]
    once = discrete_gaussian(1.5)
    side = (len(once) - len(twice)) // 2
    torch.testing.assert_close(twice, once[side : len(once) - side] if side > 0 else once, rtol=0, atol=1e-6)


@pytest.mark.parametrize("shape", [(9, 12), (4, 9, 12)])
def test_a_blur_is_its_own_adjoint_and_apart_along_each_axis(shape, rng) -> None:
    sigmas = (0.5, 1.0, 0.8)[: len(shape)]
    x, z = torch.randn(2, 1, *shape, generator=rng, dtype=torch.float64).unbind(0)
    torch.testing.assert_close((blur_by_gaussian(x, sigmas) * z).sum(), (blur_by_gaussian(z, sigmas) * x).sum())
    point = torch.zeros(1, *shape, dtype=torch.float64)
    point[(0, *(n // 2 for n in shape))] = 1
    blurred = blur_by_gaussian(point, sigmas)[0]
    kernels = [discrete_gaussian(sigma) for sigma in sigmas]
    for axis, kernel in enumerate(kernels):
        line = blurred.movedim(axis, 0).flatten(1).sum(1)
        count, middle = shape[axis], shape[axis] // 2
        expected = kernel[len(kernel) // 2 - middle :][:count] if len(kernel) // 2 >= middle else None
        if expected is not None and len(expected) == count:
            torch.testing.assert_close(line / line.sum(), expected / expected.sum(), rtol=1e-9, atol=1e-12)
