import pytest
import torch

from preimage.models.sparse import windows
from preimage.models.sparse.windows import tiles
from tests.models.sparse.definition import window_mask


def whole(rows, columns, window):
    """[i, j] is one where patch i is compared with patch j."""
    matrix = torch.zeros(rows * columns, rows * columns)
    for tile in tiles(rows, columns, window, matrix):
        seen = torch.ones(len(tile.queries), len(tile.keys)) if tile.seen is None else tile.seen
        matrix[tile.queries[:, None], tile.keys] += seen
    return matrix


@pytest.mark.parametrize("window", [1, 2, 5, 6, 40])
@pytest.mark.parametrize("one_tile", [2304, 1])
def test_windows_are_the_published_ones_seen_from_the_other_side(monkeypatch, window, one_tile):
    monkeypatch.setattr(windows, "_ONE_TILE", one_tile)
    monkeypatch.setattr(windows, "_SIDE", 4)
    seen = window_mask([range(10), range(7)], window)
    assert torch.equal(whole(10, 7, window), seen.T.float())


@pytest.mark.parametrize("one_tile", [2304, 1])
def test_a_sparse_grid_counts_others_more_often(monkeypatch, one_tile):
    monkeypatch.setattr(windows, "_ONE_TILE", one_tile)
    matrix = torch.zeros(90, 90)
    for tile in tiles(9, 10, 4, matrix, 9.0):
        matrix[tile.queries[:, None], tile.keys] += tile.seen
    expected = 9.0 * window_mask([range(9), range(10)], 4).T
    assert torch.equal(matrix, expected.fill_diagonal_(1.0))


def test_the_published_window_of_48():
    counts = whole(48, 48, 48).sum(0).reshape(48, 48)
    assert (counts[0, 0], counts[24, 24]) == (24 * 24, 48 * 48)
    assert counts[-1, -1] == 25 * 25  # one more before than after


@pytest.mark.parametrize("one_tile", [2304, 1])
def test_every_patch_is_in_one_tile(monkeypatch, one_tile):
    monkeypatch.setattr(windows, "_ONE_TILE", one_tile)
    found = torch.cat([tile.queries for tile in tiles(19, 30, 6, torch.zeros(()))])
    assert torch.equal(found.sort().values, torch.arange(19 * 30))


def test_tiles_reach_no_further_than_their_windows(monkeypatch):
    monkeypatch.setattr(windows, "_ONE_TILE", 1)
    for tile in tiles(19, 30, 6, torch.zeros(())):
        assert tile.seen is None or bool(tile.seen.any(0).all())


def test_a_window_that_holds_the_grid_needs_no_mask():
    (tile,) = tiles(3, 4, 8, torch.zeros(()))
    assert tile.seen is None


def test_masks_have_the_dtype_asked_for():
    (tile,) = tiles(5, 5, 2, torch.zeros((), dtype=torch.float64))
    assert tile.seen.dtype == torch.float64


def test_values_of_queries_and_keys_are_taken(monkeypatch):
    monkeypatch.setattr(windows, "_ONE_TILE", 1)
    values = torch.arange(2 * 10 * 13 * 3.0).reshape(2, 10 * 13, 3)
    for tile in tiles(10, 13, 3, values):
        assert torch.equal(tile.at_queries(values), values[:, tile.queries])
        assert torch.equal(tile.at_keys(values), values[:, tile.keys])
        assert tile.pairs == len(tile.queries) * len(tile.keys)


def test_keys_are_a_view_of_their_strip(monkeypatch):
    monkeypatch.setattr(windows, "_ONE_TILE", 1)
    values = torch.arange(2 * 19 * 21 * 3.0).reshape(2, 19 * 21, 3)
    for tile in tiles(19, 21, 3, values):
        strip = tile.strip(values).contiguous()
        near = tile.within(strip)
        assert near.untyped_storage().data_ptr() == strip.untyped_storage().data_ptr()
        assert torch.equal(near, tile.at_keys(values))


@pytest.mark.parametrize("density", [1.0, 4.0])
def test_weights_times_counts_along_each_axis(monkeypatch, density):
    monkeypatch.setattr(windows, "_ONE_TILE", 1)
    for tile in tiles(19, 30, 6, torch.zeros(()), density):
        weights = torch.rand(2, len(tile.queries), len(tile.keys), generator=torch.Generator().manual_seed(0))
        expected = weights if tile.seen is None else weights * tile.seen
        given = weights.clone()
        assert tile.counts.times_(given) is given
        torch.testing.assert_close(given, expected, rtol=1e-6, atol=0)


def test_queries_of_a_strip(monkeypatch):
    monkeypatch.setattr(windows, "_ONE_TILE", 1)
    values = torch.arange(2 * 19 * 21 * 3.0).reshape(2, 19 * 21, 3)
    for tile in tiles(19, 21, 3, values):
        assert torch.equal(tile.own(tile.strip(values)), tile.at_queries(values))
