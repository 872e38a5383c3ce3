from pathlib import Path

import numpy as np
import pytest
import torch

from preimage.blocks.denoise import BlockDenoising
from preimage.blocks.grid import BlockGrid
from preimage.blocks.steps.denoising import DenoiseStep, halo_of
from preimage.blocks.workspace import opened_workspace
from preimage.denoisers import DnCNN, DRUNet, TVDenoiser
from preimage.denoisers.networks import DRUNet3D
from preimage.errors import CapabilityError
from tests.blocks.conftest import Held, whole

COVERS = ["preimage.blocks.denoise", "preimage.blocks.steps.denoising"]


@pytest.mark.parametrize(
    ("make", "axes", "shape", "block"),
    [
        (lambda: DRUNet(1, (2, 2, 2, 2), 1), 2, (135, 150), (56, 64)),
        (lambda: DRUNet(1, (2, 2, 2, 2), 1), 2, (3, 61, 130), (2, 64, 40)),
        (lambda: DRUNet3D(1, (2, 2, 2, 2), 1), 3, (19, 30, 133), (24, 32, 40)),
        (lambda: DnCNN(1, depth=4, width=4), 2, (41, 57), (17, 20)),
    ],
)
def test_blocks_are_those_of_the_whole(make, axes: int, shape, block, tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = make().eval()
    x = np.random.default_rng(0).random(shape).astype(np.float32)
    with opened_workspace(tmp_path / "w", {}) as work:
        found = whole(BlockDenoising(network, 0.1, axes).solve(work, Held(x), BlockGrid(shape, block)))
    with torch.no_grad():
        batch = torch.from_numpy(x).reshape(-1, 1, *shape[len(shape) - axes :])
        truth = network(batch, 0.1).reshape(shape).numpy()
    assert np.abs(truth - x).max() > 0.1
    np.testing.assert_allclose(found, truth, rtol=0, atol=1e-5 * np.abs(truth).max())


def test_blocks_begin_at_multiples_of_the_stride_and_fit() -> None:
    network = DRUNet(1, (2, 2, 2, 2), 1)
    method = BlockDenoising(network, 0.1)
    grid = method.grid((4, 1000, 1000), 6e6)
    assert grid.block[1] % 8 == grid.block[2] % 8 == 0
    assert DenoiseStep(network, 0.1, 2).needs(grid.block) <= 6e6
    assert halo_of(network) >= network.traits.receptive_radius


def test_a_denoiser_without_bound_is_refused() -> None:
    with pytest.raises(CapabilityError, match="finite receptive field"):
        BlockDenoising(TVDenoiser(), 0.1)
