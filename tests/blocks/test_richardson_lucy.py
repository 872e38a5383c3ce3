import pickle
from pathlib import Path

import numpy as np
import pytest
import torch

from preimage.blocks.richardson_lucy import BlockRichardsonLucy, EvenSource
from preimage.blocks.stage import Surroundings
from preimage.blocks.steps.convolving import BlockBlur
from preimage.blocks.steps.counts import extrapolated
from preimage.blocks.steps.products import inner_product
from preimage.blocks.workspace import opened_workspace
from preimage.physics import Blur, PoissonNoise
from preimage.reconstruct.frame.acquisition import Piece
from preimage.reconstruct.methods.richardson_lucy import RichardsonLucy
from preimage.transform.transfer import transfer_function
from tests.blocks.conftest import Held, whole

COVERS = [
    "preimage.blocks.richardson_lucy",
    "preimage.blocks.steps.convolving",
    "preimage.blocks.steps.counts",
    "preimage.blocks.steps.products",
]


def cells(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    places = np.stack(np.meshgrid(*(np.arange(size) for size in shape), indexing="ij"), -1)
    image = np.zeros(shape)
    for _ in range(12):
        image += np.exp(-(((places - rng.uniform(0, shape)) ** 2).sum(-1)) / rng.uniform(3, 12))
    return rng.poisson(300 * image + 20).astype(np.float32)


def spot(sizes: tuple[int, ...]) -> torch.Tensor:
    axes = torch.meshgrid(*(torch.arange(size) - 0.4 * size for size in sizes), indexing="ij")
    kernel = torch.exp(-sum(axis.square() / (1 + size / 3) for axis, size in zip(axes, sizes, strict=True)))
    return kernel / kernel.sum()


@pytest.mark.parametrize(
    ("shape", "taps", "block"),
    [
        ((61, 47), (7, 4), (17, 20)),
        ((19, 30, 33), (5, 6, 3), (7, 11, 33)),
        ((4, 30, 33), (7, 5, 5), (4, 16, 10)),
    ],
)
def test_steps_are_those_on_the_whole(shape, taps, block, tmp_path: Path) -> None:
    y, kernel, steps = cells(shape), spot(taps), 6
    start = float(y.sum(dtype=np.float64) / y.size) - 5.0
    method = BlockRichardsonLucy(kernel, 5.0, steps)
    with opened_workspace(tmp_path / "w", {}) as work:
        found = whole(method.solve(work, Held(y), block, start))
    # In double precision: in single precision the whole is up to 3e-5 off, the blocks, with smaller transforms, 1e-6.
    physics = Blur(kernel.double()[None, None], "valid", noise=PoissonNoise(1.0, 5.0))
    piece = Piece(torch.from_numpy(y).double()[None, None], physics)
    truth = RichardsonLucy(steps=steps, is_given=True).solve(piece, lambda step: None).x[0, 0].numpy()
    # What lies outside of the frame is hardly seen in its corners, where rounding by transforms is amplified.
    frame = tuple(slice(tap - 1 - tap // 2, tap - 1 - tap // 2 + size) for tap, size in zip(taps, shape, strict=True))
    scale = float(truth.max())
    np.testing.assert_allclose(found[frame], truth[frame], rtol=0, atol=1e-5 * scale)
    assert scale > 1.5 * y.max()  # sharper
    assert len(list((tmp_path / "w").glob("[xr]*"))) == 1  # what is no longer needed takes no room


@pytest.mark.parametrize(
    ("shape", "taps", "transforms"),
    [
        ((9, 8, 7), (3, 4, 2), False),
        ((9, 8, 7), (3, 4, 5), True),
        ((2, 8, 7), (5, 4, 5), True),
        ((3, 9), (5, 4), False),
    ],
)
def test_the_blocks_of_the_operator_and_of_its_adjoint_are_those_of_the_whole(shape, taps, transforms) -> None:
    rng = torch.Generator().manual_seed(0)
    blur, physics = BlockBlur(spot(taps).double()), Blur(spot(taps).double()[None, None], "valid")
    blur = blur.of_blocks(*blur.grids(shape, shape))
    assert (blur.lengths is not None) == transforms
    x = torch.rand(blur.unknown_shape(shape), generator=rng, dtype=torch.double)
    y = torch.rand(shape, generator=rng, dtype=torch.double)
    box = tuple(slice(1, size - 1) for size in shape)
    seen, _ = blur.halo.around(box, x.shape)
    torch.testing.assert_close(blur.blurred(x[seen]), physics.A(x[None, None])[0, 0][box])
    box = tuple(slice(size // 2, size) for size in x.shape)
    seen, lacking = blur.adjoint_halo.around(box, shape)
    torch.testing.assert_close(blur.correlated(y[seen], lacking), physics.A_adjoint(y[None, None])[0, 0][box])
    ones = physics.A_adjoint(torch.ones(1, 1, *shape, dtype=torch.double))[0, 0]
    torch.testing.assert_close(blur.reach(box, shape), ones[box])
    assert blur.reach_most(shape) == pytest.approx(float(ones.max()))
    least = float(ones[box].median())
    kept = blur.reach(box, shape, least)
    assert float(kept[kept > 0].min()) > least
    torch.testing.assert_close(kept[kept > 0], ones[box][kept > 0])


def test_a_kernel_is_transformed_once_for_all_blocks_and_not_sent_with_its_transform(monkeypatch, tmp_path) -> None:
    made = []

    def counted(kernel, lengths):
        made.append(lengths)
        return transfer_function(kernel, lengths)

    monkeypatch.setattr("preimage.blocks.steps.convolving.transfer_function", counted)
    y, method = cells((12, 13, 14)), BlockRichardsonLucy(spot((4, 4, 3)), 5.0, 2)
    with opened_workspace(tmp_path / "w", {}) as work:
        method.solve(work, Held(y), (6, 7, 14), 15.0)
    assert len(made) == 1
    blur = method.blur.of_blocks(*method.blur.grids(y.shape, (6, 7, 14)))
    blur.blurred(torch.ones(8, 9, 16))
    sent = pickle.dumps(blur)
    assert len(sent) < 4 * blur.kernel.numel() + 2000 < blur.lengths[0] * blur.lengths[1] * blur.lengths[2] * 4
    assert torch.equal(pickle.loads(sent).blurred(torch.ones(8, 9, 16)), blur.blurred(torch.ones(8, 9, 16)))


@pytest.mark.parametrize(("shape", "block"), [((192, 192, 192), (192, 192, 192)), ((800, 20, 7), (54, 7, 3))])
def test_there_are_as_many_blocks_of_the_unknown_as_of_the_measurement(shape, block) -> None:
    measured, unknown = BlockBlur(spot((9, 9, 9))).grids(shape, block)
    assert measured.counts == unknown.counts
    assert unknown.shape == tuple(size + 8 for size in shape)


def test_products_are_in_double_precision_whatever_their_parts() -> None:
    a, b = torch.full((3, 300_001), 1 / 3), torch.full((3, 300_001), 3.0)
    assert inner_product(a, b) == pytest.approx(3 * 300_001 * float(a[0, 0]) * 3, rel=1e-14)


def test_the_block_fits(tmp_path: Path) -> None:
    method = BlockRichardsonLucy(spot((9, 9, 9)), 0.0, 3)
    block = method.block((200, 300, 400), 60e6)
    assert method.blur.needs(method.blur.grids((200, 300, 400), block)[1].block, 12) <= 60e6
    assert method.expected((200, 300, 400), block) > 6
    assert EvenSource((3, 4), 2.0).read((slice(0, 1), slice(2, 4))).tolist() == [[2.0, 2.0]]


def test_the_point_goes_on_along_the_last_change_and_stays_positive() -> None:
    x, before = (Surroundings(np.array(values, np.float32), ((0, 0),), (0,)) for values in ([1.0, 2.0], [2.0, 1.0]))
    assert extrapolated([x], 0.5).tolist() == [1.0, 2.0]
    assert extrapolated([x, before], 0.5).tolist() == [0.5, 2.5]
    assert extrapolated([x, before], 2.0).tolist() == [0.0, 4.0]
