import pytest
import torch

from preimage.transform import CentredFourier, direct_fourier, direct_fourier_adjoint
from tests.example import random


def array(*shape: int) -> torch.Tensor:
    return torch.complex(random(*shape, seed=1, low=-1), random(*shape, seed=2, low=-1)).to(torch.complex128)


def grid(*shape: int) -> torch.Tensor:
    """The frequencies of a centred discrete transform, (1, N, d)."""
    axes = [(torch.arange(size, dtype=torch.float64) - size // 2) / size for size in shape]
    return torch.cartesian_prod(*axes).reshape(1, -1, len(shape))


@pytest.mark.parametrize("shape", [(7,), (6, 5), (5, 4), (3, 4, 5)])
def test_on_the_grid_it_is_the_centred_transform(shape: tuple[int, ...]) -> None:
    x = array(2, 3, *shape)
    spectrum = CentredFourier(len(shape)).analysis(x).flatten(2)
    torch.testing.assert_close(direct_fourier(x, grid(*shape)), spectrum, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(direct_fourier_adjoint(spectrum, grid(*shape), shape), x, rtol=1e-12, atol=1e-12)


def test_every_image_may_have_its_points() -> None:
    x, points = array(2, 3, 4, 5), random(2, 9, 2, seed=3, low=-0.5, high=0.5).double()
    y = direct_fourier(x, points)
    for index in range(2):
        alone = direct_fourier(x[index : index + 1], points[index : index + 1])
        torch.testing.assert_close(y[index : index + 1], alone, rtol=1e-12, atol=1e-12)


def test_blocks_are_summed() -> None:
    x, points = array(1, 1, 1500, 3), random(1, 6000, 2, seed=3, low=-0.5, high=0.5).double()
    y = direct_fourier(x, points)
    torch.testing.assert_close(y[..., 4000:], direct_fourier(x, points[:, 4000:]), rtol=1e-9, atol=1e-9)
    gap = (direct_fourier_adjoint(y, points, (1500, 3)).conj() * x).sum() - y.abs().square().sum()
    assert gap.abs() < 1e-9 * y.abs().square().sum()


def test_nothing_in_nothing_out() -> None:
    points = torch.zeros(1, 4, 2)
    assert direct_fourier(array(0, 2, 3, 3), points).shape == (0, 2, 4)
    assert direct_fourier_adjoint(array(0, 2, 4), points, (3, 3)).shape == (0, 2, 3, 3)
    assert direct_fourier(array(1, 2, 3, 3), points[:, :0]).shape == (1, 2, 0)
