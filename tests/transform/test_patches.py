import pytest
import torch
from torch import Tensor

from preimage.errors import ArgumentError, ShapeError
from preimage.transform import assemble_patches, extract_patches, patch_counts

CASES = [((2, 3, 7, 6), 3, 1), ((2, 1, 8, 9), 3, 2), ((1, 2, 6, 6), 2, 2), ((1, 1, 5, 8), 4, 3), ((2, 1, 4, 4), 4, 1)]


def test_patches_by_hand() -> None:
    x = torch.arange(9.0).reshape(1, 1, 3, 3)
    assert extract_patches(x, 2).tolist() == [[[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]]]
    assert patch_counts(x, 2)[0, 0].tolist() == [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
    colours = torch.cat([x, 10 + x], 1)
    assert extract_patches(colours, 2)[0, 0].tolist() == [0, 1, 3, 4, 10, 11, 13, 14]
    # The second patch of a row lies flush with the border.
    assert extract_patches(x, 2, 2)[0].tolist() == [[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]]


def starts(length: int, size: int, stride: int) -> list[int]:
    return sorted({*range(0, length - size + 1, stride), length - size})


@pytest.mark.parametrize(("shape", "size", "stride"), CASES)
@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128])
def test_against_loops(
    shape: tuple[int, ...], size: int, stride: int, dtype: torch.dtype, rng: torch.Generator
) -> None:
    x = torch.randn(shape, generator=rng, dtype=dtype)
    corners = [(r, c) for r in starts(shape[2], size, stride) for c in starts(shape[3], size, stride)]
    expected = torch.stack([x[:, :, r : r + size, c : c + size].flatten(1) for r, c in corners], 1)
    assert torch.equal(extract_patches(x, size, stride), expected)
    patches = torch.randn(expected.shape, generator=rng, dtype=dtype)
    total = torch.zeros_like(x)
    for (r, c), patch in zip(corners, patches.unbind(1), strict=True):
        total[:, :, r : r + size, c : c + size] += patch.reshape(shape[0], shape[1], size, size)
    torch.testing.assert_close(assemble_patches(patches, shape, size, stride), total)
    torch.testing.assert_close((expected.conj() * patches).sum(), (x.conj() * total).sum())
    average = assemble_patches(expected, shape, size, stride) / patch_counts(x, size, stride)
    torch.testing.assert_close(average, x)


def test_gradients_of_both_maps(rng: torch.Generator) -> None:
    x = torch.randn(1, 2, 5, 4, generator=rng, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda image: extract_patches(image, 3, 2), x)
    patches = extract_patches(x.detach(), 3, 2).requires_grad_()
    assert torch.autograd.gradcheck(lambda p: assemble_patches(p, (1, 2, 5, 4), 3, 2), patches)


@pytest.mark.parametrize(
    ("x", "size", "stride", "error", "message"),
    [
        (torch.zeros(1, 1, 3, 5), 4, 1, ShapeError, "at least 4 pixels high and wide, got 3"),
        (torch.zeros(1, 1, 5, 5), 3, 4, ArgumentError, r"`stride` must be in 1\.\.size, got 4"),
        (torch.zeros(1, 1, 5, 5), 3, 0, ArgumentError, "got 0 for size 3"),
        (torch.zeros(1, 1, 5, 5, 5), 3, 1, ShapeError, r"\(B, C, H, W\)"),
    ],
)
def test_what_cannot_be_cut(x: Tensor, size: int, stride: int, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        extract_patches(x, size, stride)


def test_patches_of_another_grid_are_refused() -> None:
    with pytest.raises(ShapeError, match="must be the 9 of an image of 5x5, got 4"):
        assemble_patches(torch.zeros(1, 4, 9), (1, 1, 5, 5), 3)
