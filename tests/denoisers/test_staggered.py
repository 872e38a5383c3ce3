import pytest
import torch
from torch import Tensor

from preimage.denoisers._staggered import bends, bends_adjoint, lengths, rescale, slopes, slopes_adjoint

SHAPES = [(2, 1, 5, 4), (1, 3, 1, 6), (2, 2, 3, 4, 5)]


def normal(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def inner(a: list[Tensor], b: list[Tensor]) -> float:
    return float(sum(((p * q).sum() for p, q in zip(a, b, strict=True)), torch.zeros(())))


@pytest.mark.parametrize("shape", SHAPES)
def test_adjoints(shape: tuple[int, ...]) -> None:
    u = normal(*shape)
    w = [part + 1 for part in slopes(u)]
    p, q = [normal(*part.shape) for part in w], [normal(*part.shape) for part in bends(w)]
    assert inner(slopes(u), p) == pytest.approx(float((u * slopes_adjoint(p, u)).sum()))
    assert inner(bends(w), q) == pytest.approx(inner(w, bends_adjoint(q, w)))


def test_a_plane_has_constant_slopes_and_no_bends() -> None:
    rows, columns = torch.meshgrid(torch.arange(4.0), torch.arange(5.0), indexing="ij")
    w = slopes((2 * rows - columns)[None, None])
    assert w[0].unique().tolist() == [2]
    assert w[1].unique().tolist() == [-1]
    assert all(float(part.abs().max()) == 0 for part in bends(w))


def test_the_bends_of_a_parabola_are_its_second_derivatives() -> None:
    rows, columns = torch.meshgrid(torch.arange(4.0), torch.arange(5.0), indexing="ij")
    along, across, down = bends(slopes((rows.square() + 3 * rows * columns)[None, None]))
    assert along.unique().tolist() == [2]
    torch.testing.assert_close(across, torch.full_like(across, 2 * 3 * 0.5**0.5))  # counts twice in the length
    assert float(down.abs().max()) == 0


def test_lengths_add_components_where_they_lie() -> None:
    like = torch.zeros(1, 2, 2, 2)
    parts = [torch.full((1, 2, 1, 2), 3.0), torch.full((1, 2, 2, 1), 4.0)]
    torch.testing.assert_close(lengths(parts, like)[0, 0].square(), torch.tensor([[50.0, 18.0], [32.0, 0.0]]))
    factor = torch.tensor([[1.0, 2.0], [3.0, 4.0]])[None, None]
    scaled = rescale(parts, factor)
    assert scaled[0][0, 0].tolist() == [[3, 6]]
    assert scaled[1][0, 0].tolist() == [[4], [12]]
