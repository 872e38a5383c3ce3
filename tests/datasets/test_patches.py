import pytest
import torch

from preimage.datasets import GridPatchDataset, PatchDataset, Sample, TensorDataset, collate
from preimage.errors import ArgumentError, ShapeError
from tests.datasets.test_dataset import Listed


def test_patches_are_all_windows_in_all_eight_symmetries() -> None:
    image = torch.arange(12.0).reshape(1, 1, 3, 4)
    views = {
        tuple(view.flatten().tolist())
        for top in range(2)
        for left in range(3)
        for k in range(4)
        for crop in [image[0, :, top : top + 2, left : left + 2].rot90(k, (1, 2))]
        for view in (crop, crop.flip(-1))
    }
    found = [tuple(sample.x.flatten().tolist()) for sample in PatchDataset(TensorDataset(image), 2, 800)]
    assert len(views) == 48
    assert set(found) == views
    assert max(map(found.count, views)) < 45  # of 17 on average
    upright = {tuple(s.x.flatten().tolist()) for s in PatchDataset(TensorDataset(image), 2, 100, symmetries=False)}
    assert len(upright) == 6


def test_draws_follow_from_seed_epoch_and_index() -> None:
    images = TensorDataset(torch.rand(3, 1, 20, 20))
    a, b = PatchDataset(images, 5, 2, seed=1), PatchDataset(images, 5, 2, seed=2)
    assert len(a) == 6
    assert torch.equal(a[4].x, a[4].x)
    others = [a[5].x, b[4].x, a.at_epoch(1)[4].x]
    assert not any(torch.equal(a[4].x, other) for other in others)
    assert torch.equal(a.at_epoch(1).at_epoch(0)[4].x, a[4].x)
    assert torch.equal(PatchDataset(images, 5, 2, seed=1, epoch=1)[4].x, a.at_epoch(1)[4].x)


def test_pairs_are_cut_alike() -> None:
    x = torch.rand(2, 1, 9, 11)
    for sample in PatchDataset(TensorDataset(x, x.expand(2, 3, 9, 11), {"sigma": torch.ones(2)}), 4, 10):
        assert torch.equal(sample.x.expand(3, 4, 4), sample.y)
        assert float(sample.params["sigma"]) == 1
    noisy = PatchDataset(TensorDataset(y=x), 4)[0]
    assert noisy.x is None
    assert noisy.y.shape == (1, 4, 4)


def test_volumes_are_cut_in_three_dimensions() -> None:
    volume = torch.arange(6.0 * 7 * 8).reshape(1, 1, 6, 7, 8)
    patches = PatchDataset(TensorDataset(volume), (2, 4, 4), 60)
    assert collate(list(patches)).x.shape == (60, 1, 2, 4, 4)
    steps = {tuple(int(s.x[0].diff(dim=axis).flatten()[0]) for axis in range(3)) for s in patches}
    assert steps == {(d, *hw) for d in (56, -56) for h in (8, -8) for w in (1, -1) for hw in ((h, w), (w, h))}
    narrow = PatchDataset(TensorDataset(volume), (2, 3, 4), 20)
    assert {sample.x.shape for sample in narrow} == {(1, 2, 3, 4)}


def test_a_grid_covers_images_of_several_sizes() -> None:
    images = Listed([Sample(torch.arange(1.0 * h * w).reshape(1, h, w)) for h, w in ((4, 4), (5, 7), (3, 3))])
    grid = GridPatchDataset(images, 3)
    assert len(grid) == 4 + 6 + 1
    seen = torch.cat([grid[index].x.flatten() for index in range(4, 10)])
    assert set(seen.tolist()) == set(range(35))
    assert grid[4].x[0, 0].tolist() == [0, 1, 2]
    assert grid[9].x[0, -1].tolist() == [32, 33, 34]
    assert len(GridPatchDataset(images, 3, 1)) == 4 + 15 + 1
    volume = TensorDataset(torch.rand(1, 1, 4, 5, 6))
    assert len(GridPatchDataset(volume, (2, 3, 4), (1, 2, 2))) == 3 * 2 * 2
    assert grid.at_epoch(1) is grid


def test_what_is_refused() -> None:
    images = TensorDataset(torch.rand(1, 1, 4, 5))
    with pytest.raises(ShapeError, match=r"\(5, 5\) for one of \(4, 5\)"):
        PatchDataset(images, 5)[0]
    with pytest.raises(ShapeError, match="2 for such images"):
        PatchDataset(images, (2, 2, 2))[0]
    with pytest.raises(ShapeError, match="at least 1"):
        PatchDataset(images, 0)
    with pytest.raises(ShapeError, match="`stride`"):
        GridPatchDataset(images, 2, 0)
    with pytest.raises(ArgumentError, match="`per_image`"):
        PatchDataset(images, 2, 0)
    for y, params in ((torch.ones(1, 9), {}), ((torch.ones(1, 4, 5),), {}), (None, {"kernel": torch.ones(1, 1, 3, 3)})):
        with pytest.raises(ShapeError, match="simulate from them"):
            PatchDataset(TensorDataset(torch.ones(1, 1, 4, 5), y, params), 2)[0]
    with pytest.raises(ShapeError, match="something else"):
        PatchDataset(TensorDataset(torch.ones(1, 4)), 2)[0]
