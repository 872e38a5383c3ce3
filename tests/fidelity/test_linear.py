import pytest
import torch

from preimage.fidelity import LinearLikelihood, ProximableLikelihood, likelihood
from preimage.fidelity.linear import by_columns, by_rows
from preimage.physics import BlurFFT, Decolorize, Inpainting, LaplaceNoise, PoissonNoise
from preimage.testing import check_prox
from tests.fidelity.dense import KERNEL, dense, images


def test_diagonal_prox():
    mask = torch.tensor([[1.0, 0.0, 0.5]], dtype=torch.float64).expand(4, 3)
    for noise in (LaplaceNoise(0.3), PoissonNoise(0.1)):
        f = likelihood(Inpainting(mask, noise), mask * images(2))
        assert isinstance(f, ProximableLikelihood)
        check_prox(f, images(1) + 0.1)
        assert torch.equal(f.prox(images(1), 0.2)[..., 1], images(1)[..., 1])


def test_outer_prox_is_that_of_the_noise():
    physics = BlurFFT(KERNEL, LaplaceNoise(0.3))
    x, y = images(1), images(2)
    f = likelihood(physics, y)
    assert isinstance(f, LinearLikelihood)
    torch.testing.assert_close(f.outer_prox(f.linear(x), 0.1), physics.noise.prox(physics.A(x), y, 0.1))
    torch.testing.assert_close((f.linear_adjoint(y) * x).sum(), (y * f.linear(x)).sum())
    assert float(f.linear_norm(x)) == pytest.approx(float(torch.linalg.matrix_norm(dense(physics), 2)))


def test_curvature_is_the_information_of_the_counts() -> None:
    y = 1 + images(2)
    f = likelihood(BlurFFT(KERNEL, PoissonNoise(0.1)), y)
    assert isinstance(f, LinearLikelihood)
    size = torch.linalg.matrix_norm(dense(f.physics), 2)
    found = f.curvature(images())
    assert found is not None
    torch.testing.assert_close(found, size**2 / (0.1 * y.flatten(1).mean(1)))


def test_which_operators_leave_one_unknown_for_each_sample() -> None:
    colour = images().expand(2, 3, 4, 3)
    assert by_columns(Inpainting(torch.ones(4, 3)), images()) is not None
    assert by_columns(BlurFFT(KERNEL), images()) is None
    assert by_columns(Decolorize(), colour) is None
    rows = by_rows(Decolorize(), images())
    assert rows is not None
    matrix = Decolorize().A(torch.eye(3, dtype=torch.float64)[:, :, None, None]).flatten()
    torch.testing.assert_close(rows.s.expand(images().shape), (matrix @ matrix).expand(images().shape))
    assert by_rows(BlurFFT(KERNEL), images()) is None
