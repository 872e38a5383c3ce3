import pytest
import torch

from preimage.denoisers import DRUNet
from preimage.errors import ArgumentError
from preimage.models.sparse import GroupSC, Search
from preimage.restore.methods.dpir import Dpir
from preimage.restore.methods.network import Network
from preimage.restore.methods.plan import choose_tile
from preimage.restore.tasks.deblur import Deblur
from preimage.restore.tasks.denoise import Denoise

LARGE = torch.Size((3, 4000, 6000))
DEBLURRING, DENOISING = (Dpir(), Deblur(torch.ones(9, 9))), (Network(), Denoise())


def tile(work, denoiser, budget):
    method, task = work
    return choose_tile(denoiser, LARGE, task.canvas(*LARGE[1:]), method.footprint(task, LARGE), budget)


def test_the_tile_grows_with_the_budget_and_fits_in_it():
    network = DRUNet(3, (16, 32, 64, 128), 2)
    sizes = [tile(DEBLURRING, network, budget) for budget in (2 * 10**9, 3 * 10**9)]
    assert 2 * 97 + 24 <= sizes[0] < sizes[1]
    assert tile(DENOISING, network, None) == network.usual_tile() > LARGE[2]
    for work, needed in ((DEBLURRING, "1.8"), (DENOISING, "1.0")):
        with pytest.raises(ArgumentError, match=rf"at least {needed}\d GB for a picture of 6000x4000"):
            tile(work, network, 5 * 10**8)


def test_the_largest_feature_map_decides():
    # 16 float32 features of every pixel, eight times.
    assert DRUNet(3, (16, 32, 64, 128), 2).footprint()(100) == 8 * 16 * 4 * 100**2


@pytest.mark.parametrize("stride", [1, 2])
def test_tiles_of_a_model_of_patches_fit_in_the_budget(stride):
    model = GroupSC(1, search=Search(patch_stride=stride))
    assert tile(DENOISING, model, None) == 512 * stride
    needs, sides = model.footprint(), []
    for budget in (2 * 10**9, 3 * 10**9, 4 * 10**9):
        sides.append(tile(DENOISING, model, budget))
        assert needs(sides[-1]) <= budget - 8 * LARGE.numel() - 48 * 10**7
    assert 128 < sides[0] < sides[1] < sides[2]
    # Similarities of so many pairs are not kept, whereby a larger tile needs less than a smaller one.
    assert any(needs(side + 1) < needs(side) for side in range(100, 800))
    with pytest.raises(ArgumentError, match="at least"):
        tile(DENOISING, model, 6 * 10**8)
