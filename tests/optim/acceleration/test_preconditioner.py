import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.optim import SpectralPreconditioner, diagonal_preconditioner
from preimage.optim.acceleration.preconditioner import PixelScaling
from preimage.physics import Blur, BlurFFT, Inpainting
from tests.example import SEEN, Example, kernel, random
from tests.optim.problems import Dense

EXAMPLES = {
    PixelScaling: [
        Example(lambda: PixelScaling(0.5 + SEEN), complex=True),
        Example(lambda: PixelScaling(torch.tensor([2.0, 0.5, 1.0]).reshape(3, 1, 1))),
    ],
    SpectralPreconditioner: [
        Example(lambda: SpectralPreconditioner(BlurFFT(kernel(4, 3)), 0.1)),
        Example(lambda: SpectralPreconditioner(Inpainting(SEEN), 0.5), complex=True),
    ],
}


def test_a_mask_is_inverted_down_to_the_floor():
    mask = torch.tensor([[1.0, 0.5], [0.0, 2.0]])
    found = diagonal_preconditioner(Inpainting(mask), torch.empty(2, 1, 2, 2), floor=0.01)
    assert found.shape == (2, 1, 2, 2)
    torch.testing.assert_close(found[1, 0], torch.tensor([[1.0, 2.0], [5.0, 0.5]]))


def test_the_bound_for_non_negative_matrices():
    matrix = torch.rand(9, 7, generator=torch.Generator().manual_seed(0), dtype=torch.float64) * torch.logspace(0, 2, 7)
    found = diagonal_preconditioner(Dense(matrix), torch.empty(1, 1, 1, 7, dtype=torch.float64)).flatten()
    normal = matrix.mT @ matrix
    torch.testing.assert_close(found, normal.sum(1).rsqrt())
    scaled = matrix * found
    assert float(torch.linalg.matrix_norm(scaled, 2)) == pytest.approx(1)  # not above one; constants attain it
    assert float(torch.linalg.cond(scaled)) < float(torch.linalg.cond(matrix)) / 5


def test_dtype_device_and_border():
    physics = Blur(torch.ones(3, 3) / 9, "zero")
    found = diagonal_preconditioner(physics, torch.empty(1, 2, 5, 6, dtype=torch.float64))
    assert found.dtype == torch.float64
    assert float(found[0, 0, 0, 0]) > float(found[0, 0, 2, 2])  # corners are seen less


def test_negative_entries_are_refused():
    with pytest.raises(ArgumentError, match="negative entries"):
        diagonal_preconditioner(Dense(torch.tensor([[1.0, -2.0], [0.5, 1.0]])), torch.empty(1, 1, 1, 2))
    with pytest.raises(ArgumentError, match="floor"):
        diagonal_preconditioner(Inpainting(torch.ones(2, 2)), torch.empty(1, 1, 2, 2), floor=0.0)
    with pytest.raises(ArgumentError, match="mu"):
        SpectralPreconditioner(Inpainting(torch.ones(2, 2)), 0.0)


def test_the_inverse_root_of_a_dense_hessian():
    physics = BlurFFT(random(3, 2).double())
    basis = torch.eye(20).double().reshape(20, 1, 4, 5)
    matrix = physics.A(basis).flatten(1).mT
    values, vectors = torch.linalg.eigh(matrix.mT @ matrix + 0.3 * torch.eye(20))
    wanted = vectors @ torch.diag(values.rsqrt()) @ vectors.mT
    found = SpectralPreconditioner(physics, 0.3).A(basis).flatten(1).mT
    torch.testing.assert_close(found, wanted)


def test_pixels_are_scaled_as_they_broadcast():
    x = torch.ones(2, 3, 4, 5)
    channels = torch.tensor([1.0, 2.0, 3.0]).reshape(3, 1, 1)
    assert torch.equal(PixelScaling(channels).A(x), channels * x)
    assert torch.equal(PixelScaling(torch.full((4, 5), 2)).A_dagger(x), x / 2)
    for scale in (torch.ones(2, 5), torch.ones(3), torch.ones(1, 1, 1, 1, 1)):
        with pytest.raises(ShapeError, match=r"`preconditioner` must broadcast to the image \(2, 3, 4, 5\), got"):
            PixelScaling(scale).A(x)
