import torch

from preimage.models.sparse import GroupSC, Search
from preimage.physics import Demosaicing, GaussianNoise, NoNoise
from preimage.restore.methods.patch_model import PatchModel

MODEL = GroupSC(3, 3, 6, 2, (0.05, 0.1), search=Search(window=5, patch_stride=3)).eval()
X = torch.rand(2, 3, 12, 14, generator=torch.Generator().manual_seed(0))


@torch.no_grad()
def test_it_is_the_model_on_the_samples_of_a_picture_with_zeros() -> None:
    physics = Demosaicing("RGGB")
    y = physics.A(X)
    patches = PatchModel(MODEL, physics, 2)
    assert torch.equal(patches(physics.A_adjoint(y), 0.0), MODEL.reconstruct(y, physics.replace(noise=NoNoise())))
    noisy = physics.replace(noise=GaussianNoise(0.05))
    assert torch.equal(patches(physics.A_adjoint(y), 0.05), MODEL.reconstruct(y, noisy))


def test_tiles_start_where_pattern_and_patches_do() -> None:
    patches = PatchModel(MODEL, Demosaicing("RGGB"), 2)
    assert patches.traits.stride % 2 == 0
    assert patches.traits.stride % MODEL.traits.stride == 0
    assert patches.traits.channels == 3
    assert patches.footprint()(64) == MODEL.footprint()(64)
