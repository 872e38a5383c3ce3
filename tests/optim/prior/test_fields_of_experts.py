import math

import pytest
import torch
from scipy.fft import dctn
from torch import nn

from preimage.errors import ShapeError
from preimage.optim import GD, FieldsOfExperts, Variational
from preimage.physics import Denoising
from preimage.physics.noise import GaussianNoise
from tests.example import Example, random

EXAMPLES = {
    FieldsOfExperts: [
        Example(lambda: FieldsOfExperts.dct(3), complex=True),
        Example(lambda: FieldsOfExperts(random(4, 3, 3, 2, low=-1), random(4, seed=1), random(4, low=0.1))),
        Example(lambda: FieldsOfExperts.dct(3), shape=(2, 3, 1, 5)),
    ],
}


def experts(channels: int, rng: torch.Generator) -> FieldsOfExperts:
    filters = torch.randn(4, channels, 3, 2, generator=rng, dtype=torch.float64)
    return FieldsOfExperts(filters, torch.rand(4, generator=rng).double(), 0.2 + torch.rand(4, generator=rng).double())


@pytest.mark.parametrize("channels", [1, 3])
def test_value_by_loops(channels: int, rng: torch.Generator) -> None:
    prior, x = experts(channels, rng), torch.rand(2, 3, 6, 5, generator=rng, dtype=torch.float64)
    for image, value in zip(x, prior(x), strict=True):
        total = 0.0
        for stack in image.split(channels):
            for f, weight, scale in zip(prior.filters, prior.weights, prior.scale, strict=True):
                for i in range(4):
                    for j in range(4):
                        response = (f * stack[:, i : i + 3, j : j + 2]).sum()
                        total += float(weight) * math.log(1 + float(response / scale) ** 2)
        assert value.item() == pytest.approx(total)


def test_default_filters_are_the_cosine_basis_of_scipy() -> None:
    patch = torch.rand(4, 4, dtype=torch.float64)
    responses = (FieldsOfExperts.dct(4).filters.double() * patch).sum((1, 2, 3))
    expected = torch.from_numpy(dctn(patch.numpy(), norm="ortho")).flatten()[1:]
    torch.testing.assert_close(responses, expected, atol=1e-6, rtol=0)
    assert FieldsOfExperts.dct(4)(torch.full((1, 2, 9, 9), 0.3)).item() == pytest.approx(0, abs=1e-8)


@pytest.mark.parametrize("channels", [1, 2])
def test_lipschitz_bounds_the_dense_hessian_closely(channels: int, rng: torch.Generator) -> None:
    prior, size = experts(channels, rng), 12
    x = torch.zeros(1, channels, size, size, dtype=torch.float64)  # where the curvature is largest
    hessian = torch.autograd.functional.jacobian(prior.grad, x).reshape(x.numel(), x.numel())
    largest = torch.linalg.eigvalsh(hessian).max()
    assert largest <= prior.lipschitz(x) <= 1.15 * largest


def test_smoothing_of_a_noisy_edge_keeps_the_edge(rng: torch.Generator) -> None:
    x = torch.zeros(1, 1, 16, 16)
    x[..., 8:] = 1
    y = x + 0.1 * torch.randn(x.shape, generator=rng)
    model = Variational(GD(), FieldsOfExperts.dct(3, weight=0.3, scale=0.15), max_steps=300, tol=1e-5)
    z = model(y, Denoising(GaussianNoise(0.1)))
    assert (z - x).square().mean() < 0.3 * (y - x).square().mean()
    assert (z[..., 9] - z[..., 6]).mean() > 0.9


def test_all_three_tensors_can_be_learned(rng: torch.Generator) -> None:
    start = experts(1, rng)
    prior = FieldsOfExperts(nn.Parameter(start.filters), nn.Parameter(start.weights), nn.Parameter(start.scale))
    x = torch.rand(2, 1, 5, 5, generator=rng, dtype=torch.float64)
    prior.grad(x).square().sum().backward()
    assert len(list(prior.parameters())) == 3
    assert all(bool((p.grad != 0).any() & p.grad.isfinite().all()) for p in prior.parameters() if p.grad is not None)
    assert all(p.grad is not None for p in prior.parameters())


def test_images_smaller_than_the_filters_have_no_value() -> None:
    for shape in ((2, 1, 1, 9), (2, 1, 9, 2), (2, 1, 1, 1)):
        x = torch.rand(shape)
        assert FieldsOfExperts.dct(3)(x).tolist() == [0, 0]
        assert torch.equal(FieldsOfExperts.dct(3).grad(x), torch.zeros_like(x))


def test_shapes_are_checked(rng: torch.Generator) -> None:
    with pytest.raises(ShapeError, match="one of each per filter"):
        FieldsOfExperts(torch.ones(4, 1, 3, 3), torch.ones(3), torch.ones(4))
    with pytest.raises(ShapeError, match="2 channels"):
        experts(2, rng)(torch.rand(1, 3, 5, 5, dtype=torch.float64))
