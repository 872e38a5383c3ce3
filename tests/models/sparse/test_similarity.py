import pytest
import torch

from preimage.models.sparse import similarity, windows
from preimage.models.sparse.similarity import SimilarityMatrix, kernel
from preimage.models.sparse.strips import columns_of
from preimage.models.sparse.windows import tiles
from tests.models.problems import normal
from tests.models.sparse.definition import similarities, window_mask

ROWS, COLUMNS, WINDOW = 6, 7, 4
SHARE = torch.tensor(0.3, dtype=torch.float64)


@pytest.fixture(params=["one tile", "many tiles"])
def cut(request, monkeypatch):
    if request.param == "many tiles":
        monkeypatch.setattr(windows, "_ONE_TILE", 1)
        monkeypatch.setattr(windows, "_SIDE", 4)
    return tiles(ROWS, COLUMNS, WINDOW, SHARE)


@pytest.fixture(params=[torch.enable_grad, torch.no_grad, "anew"])
def mode(request, monkeypatch):
    if request.param == "anew":
        monkeypatch.setattr(similarity, "_KEPT", 0)
        return torch.no_grad()
    return request.param()


def features(seed):
    return 0.4 * normal(2, ROWS * COLUMNS, 3, seed=seed)


def dense(values):
    """The matrix from the side of the queries."""
    return similarities(values, window_mask([range(ROWS), range(COLUMNS)], WINDOW).T)


def whole(found):
    matrix = torch.zeros(2, ROWS * COLUMNS, ROWS * COLUMNS, dtype=torch.float64)
    for number, tile in enumerate(found.tiles):
        matrix[:, tile.queries[:, None], tile.keys] = found.weights(number)
    return matrix


def function(total, product, here):
    return here * product / total


def by_definition(sigma, values):
    return function(sigma.sum(-1, keepdim=True), sigma @ values.square(), values)


def test_kernel_by_differences(cut):
    for tile in cut:
        expected = dense(features(0))[:, tile.queries[:, None], tile.keys]
        torch.testing.assert_close(kernel(features(0), tile), expected, rtol=1e-12, atol=1e-14)


def test_mixtures(cut, mode):
    with mode:
        found = SimilarityMatrix.of(features(0), cut).mixed(features(1), SHARE).mixed(features(2), SHARE)
        expected = 0.49 * dense(features(0)) + 0.21 * dense(features(1)) + 0.3 * dense(features(2))
        torch.testing.assert_close(whole(found), expected, rtol=1e-12, atol=1e-14)


def test_mapped_is_the_function_of_the_whole_matrix(cut, mode):
    values = normal(2, ROWS * COLUMNS, 5, seed=3)

    with mode:
        found = SimilarityMatrix.of(features(0), cut).mixed(features(1), SHARE).mapped(values, function, torch.square)
        expected = by_definition(0.7 * dense(features(0)) + 0.3 * dense(features(1)), values)
        torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-14)


def test_in_place_no_tile_reads_what_has_been_replaced(cut, monkeypatch):
    monkeypatch.setattr(similarity, "_KEPT", 0)
    values = normal(2, ROWS * COLUMNS, 5, seed=3)

    with torch.no_grad():
        given = values.clone()
        found = SimilarityMatrix.of(features(0), cut).mapped(given, function, torch.square, in_place=True)
        assert len(cut) == 1 or found is given
        torch.testing.assert_close(found, by_definition(dense(features(0)), values), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("in_place", [False, True])
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("kept", [1 << 26, 0], ids=["kept", "anew"])
def test_strips_are_the_dense_matrix(monkeypatch, in_place, threads, kept):
    """Three strips of four tiles, more than one batch, values of the keys other than those of the queries."""
    monkeypatch.setattr(windows, "_ONE_TILE", 1)
    monkeypatch.setattr(windows, "_SIDE", 4)
    monkeypatch.setattr(similarity, "_KEPT", kept)
    rows, columns, window, before = 14, 11, 5, torch.get_num_threads()
    first, second = (0.4 * normal(2, rows * columns, 3, seed=seed) for seed in (0, 1))
    values = normal(2, rows * columns, 5, seed=3)
    counts = 4.0 * window_mask([range(rows), range(columns)], window).T
    counts.fill_diagonal_(1.0)
    sigma = 0.7 * similarities(first, counts.double()) + 0.3 * similarities(second, counts.double())
    expected = by_definition(sigma, values)
    try:
        torch.set_num_threads(threads)
        with torch.no_grad():
            found = SimilarityMatrix.of(first, tiles(rows, columns, window, SHARE, 4.0)).mixed(second, SHARE)
            result = found.mapped(values, function, torch.square, in_place)
    finally:
        torch.set_num_threads(before)
    assert len(found.tiles) == 12
    assert (result is values) == in_place
    torch.testing.assert_close(result, expected, rtol=0, atol=1e-9)


def test_tiny_similarities_are_as_exact_as_large_ones():
    """Powers of two in place of those of e: relative errors down to the smallest normal numbers of single precision."""
    values = torch.tensor([0.0, 0.5, 2.0, 5.0, 9.0])[None, :, None]
    (tile,) = tiles(1, 5, 99, values)
    expected = (-(values - values.mT).square().double()).exp()
    with torch.no_grad():
        term = similarity._Term(torch.zeros(()), columns_of(values, tile.grid))
        for found in (kernel(values, tile), term.kernel(tile, term.keys(0, 5))):
            torch.testing.assert_close(found.double(), expected, rtol=3e-5, atol=1e-38)


def test_gradients(cut):
    def mapped(first, second, share, values):
        found = SimilarityMatrix.of(first, cut).mixed(second, share)
        return found.mapped(values, function)[:, ::5]

    inputs = [features(0), features(1), SHARE.clone(), normal(2, ROWS * COLUMNS, 2, seed=3)]
    assert torch.autograd.gradcheck(mapped, [x.requires_grad_() for x in inputs], fast_mode=True)


def test_what_is_kept(cut, monkeypatch):
    with torch.no_grad():
        assert SimilarityMatrix.of(features(0), cut).kernels is not None
        monkeypatch.setattr(similarity, "_KEPT", 0)
        assert SimilarityMatrix.of(features(0), cut).kernels is None
    assert SimilarityMatrix.of(features(0), cut).kernels is not None  # backpropagation needs them anyway


def test_rounding_makes_no_patch_more_than_like_itself(cut):
    single = (10 + features(0)).float()
    found = torch.diagonal(whole(SimilarityMatrix.of(single, cut)), dim1=1, dim2=2)
    assert bool(found.le(1).all())
    bound = 8 * torch.finfo(torch.float32).eps * float(single.square().sum(-1).max())  # of a difference of squares
    torch.testing.assert_close(found, torch.ones_like(found), rtol=0, atol=bound)
