import pytest
import torch

from preimage._tree import dot
from preimage.errors import ShapeError
from preimage.physics.mri.encoding import as_maps, as_mask, fitting, from_kspace, to_kspace
from tests.example import random


def complex_numbers(*shape: int, seed: int) -> torch.Tensor:
    return torch.complex(random(*shape, seed=seed, low=-1), random(*shape, seed=seed + 1, low=-1)).to(torch.complex128)


@pytest.mark.parametrize("sizes", [(5, 4), (6, 4), (3, 4, 5)])
def test_decoding_is_the_adjoint_of_encoding(sizes: tuple[int, ...]) -> None:
    mask, maps = random(1, 1, *sizes).double(), complex_numbers(1, 3, *sizes, seed=1)
    x, y = complex_numbers(2, 1, *sizes, seed=3), complex_numbers(2, 3, *sizes, seed=5)
    dims = len(sizes)
    forward, back = dot(y, to_kspace(x, mask, maps, dims)), dot(from_kspace(y, mask, maps.conj(), dims), x)
    torch.testing.assert_close(forward, back, rtol=1e-12, atol=1e-12)


def test_coils_share_the_energy_that_they_see() -> None:
    maps = complex_numbers(1, 3, 5, 4, seed=1)
    maps = maps / maps.abs().square().sum(1, keepdim=True).sqrt()
    x = complex_numbers(1, 1, 5, 4, seed=3)
    assert to_kspace(x, torch.ones(1, 1, 5, 4).double(), maps, 2).norm() == pytest.approx(x.norm().item(), rel=1e-12)


def test_fields_get_the_rank_of_the_images() -> None:
    film = complex_numbers(2, 1, 3, 5, 4, seed=1)
    assert fitting(as_mask(torch.ones(5, 4), 2), film, "mask").shape == (1, 1, 1, 5, 4)
    assert fitting(as_maps(complex_numbers(3, 5, 4, seed=1), 2), film, "maps").shape == (1, 3, 1, 5, 4)
    with pytest.raises(ShapeError, match="`maps` must fit images of the shape"):
        fitting(as_maps(complex_numbers(3, 4, 4, seed=1), 2), film, "maps")
