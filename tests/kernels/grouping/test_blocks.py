import math

import pytest
import torch

from preimage.kernels.grouping.blocks import filter_groups, match_blocks
from preimage.kernels.grouping.blocks_loops import filter_by_loops, match_by_loops
from preimage.kernels.grouping.blocks_tensors import (
    BlockSearch,
    Filter,
    Groups,
    filter_by_tensors,
    grid,
    haar,
    match_by_tensors,
)
from preimage.machine.compiler import has_compiler
from preimage.transform import dct

COVERS = ["preimage.kernels.grouping.blocks_loops", "preimage.kernels.grouping.blocks_tensors"]

needs_compiler = pytest.mark.skipif(not has_compiler(), reason="numba is not installed")

SEARCH = BlockSearch(4, 3, 5, 8, 0.1)


def cosines(level: float, dtype: torch.dtype = torch.float64) -> Filter:
    matrix = dct(torch.eye(4, dtype=dtype), 1).mT
    return Filter(matrix, matrix.mT, torch.ones(4, 4, dtype=dtype) + torch.eye(4, dtype=dtype), level)


def test_the_nearest_blocks_are_found(rng: torch.Generator) -> None:
    """Against all differences sorted, block by block."""
    guide = torch.rand(13, 12, generator=rng, dtype=torch.float64)
    groups = match_blocks(guide, SEARCH)
    blocks = guide.unfold(0, 4, 1).unfold(1, 4, 1)
    for number, (y, x) in enumerate((y, x) for y in (0, 3, 6, 9) for x in (0, 3, 6, 8)):
        near = [(v, u) for v in range(10) for u in range(9) if max(abs(v - y), abs(u - x)) <= 5 and (v, u) != (y, x)]
        far = {place: float((blocks[place] - blocks[y, x]).square().mean()) for place in near}
        close = [place for place in sorted(near, key=far.__getitem__) if far[place] <= 0.1][:7]
        wanted = [12 * v + u for v, u in [(y, x), *close]]
        count = 2 ** int(math.log2(len(wanted)))
        assert groups.counts[number] == count
        assert groups.places[number, :count].tolist() == wanted[:count]
    assert groups.counts.unique().numel() > 1


def test_blocks_are_filtered_together(rng: torch.Generator) -> None:
    """One group of two: thresholded coefficients of the sum and of the difference, put back with their weights."""
    image = torch.rand(2, 6, 7, generator=rng, dtype=torch.float64)
    groups, how = Groups(torch.tensor([[0, 2 * 7 + 3]]), torch.tensor([2])), cosines(0.4)
    found = filter_groups(image, None, groups, how)
    for c in range(2):
        pair = torch.stack([image[c, :4, :4], image[c, 2:6, 3:7]])
        spectra = how.forward @ torch.stack([pair.sum(0), pair[0] - pair[1]]) @ how.forward.mT / math.sqrt(2)
        kept = torch.where(spectra.abs() > 0.4, spectra, 0)
        back = how.forward.mT @ torch.stack([kept.sum(0), kept[0] - kept[1]]) @ how.forward / math.sqrt(2)
        torch.testing.assert_close(found[c, :2, :4], back[0, :2])
        torch.testing.assert_close(found[c, 4:, 3:], back[1, 2:])
        both = (how.window[2:, 3] * back[0, 2:, 3] + how.window[:2, 0] * back[1, :2, 0]) / (
            how.window[2:, 3] + how.window[:2, 0]
        )
        torch.testing.assert_close(found[c, 2:4, 3], both)
    assert bool(found[:, 0, 5:].isnan().all())  # in no block


def test_wiener_filters_by_the_pilot(rng: torch.Generator) -> None:
    image, pilot = torch.rand(2, 1, 4, 4, generator=rng, dtype=torch.float64)
    groups, how = Groups(torch.tensor([[0]]), torch.tensor([1])), cosines(0.3)
    power = (how.forward @ pilot[0] @ how.forward.mT).square()
    wanted = how.forward.mT @ ((how.forward @ image[0] @ how.forward.mT) * power / (power + 0.09)) @ how.forward
    torch.testing.assert_close(filter_groups(image, pilot, groups, how)[0], wanted)


@needs_compiler
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_loops_are_the_tensor_operations(dtype: torch.dtype, rng: torch.Generator) -> None:
    for shape, search in (
        ((2, 17, 14), SEARCH), ((1, 4, 9), SEARCH), ((1, 4, 4), SEARCH), ((3, 12, 13), BlockSearch(4, 1, 2, 16, 1.0)),
    ):  # fmt: skip
        image, pilot = torch.rand(2, *shape, generator=rng, dtype=torch.float64).to(dtype)
        groups, same = match_by_loops(image[0], search), match_by_tensors(image[0], search)
        assert torch.equal(groups.counts, same.counts)
        used = torch.arange(search.most) < same.counts[:, None]
        assert torch.equal(groups.places[used], same.places[used])
        tol = 1e-5 if dtype == torch.float32 else 1e-12
        for guide in (None, pilot):
            found = filter_by_loops(image, guide, groups, cosines(0.3, dtype))
            wanted = filter_by_tensors(image, guide, groups, cosines(0.3, dtype))
            torch.testing.assert_close(found, wanted, rtol=tol, atol=tol)


def test_haar_is_orthonormal_and_starts_with_the_mean() -> None:
    for count in (1, 2, 4, 32):
        matrix = haar(count)
        torch.testing.assert_close(matrix @ matrix.mT, torch.eye(count, dtype=torch.float64))
        torch.testing.assert_close(matrix[0], torch.full((count,), count**-0.5, dtype=torch.float64))
    assert (haar(4) * math.sqrt(2))[2].tolist() == pytest.approx([1, -1, 0, 0])


def test_grids_reach_the_end() -> None:
    assert grid(7, 3).tolist() == [0, 3, 6, 7]
    assert grid(6, 3).tolist() == [0, 3, 6]
    assert grid(0, 3).tolist() == [0]
