import pytest
import torch

from preimage.errors import ShapeError
from preimage.physics import GaussianNoise, Inpainting
from preimage.physics.noise import PoissonNoise
from tests.example import SEEN, Example, random

EXAMPLES = {
    Inpainting: [
        Example(lambda: Inpainting(SEEN, GaussianNoise(0.1)), complex=True),
        Example(lambda: Inpainting(random(2, 1, 6, 5), PoissonNoise(0.01))),
        Example(lambda: Inpainting(SEEN[:3, :2]), shape=(2, 1, 4, 3, 2)),
    ],
}


def test_closed_forms() -> None:
    mask = torch.tensor([[1.0, 0.0], [0.5, 2.0]])
    physics = Inpainting(mask)
    x = torch.tensor([[[[3.0, 4.0], [5.0, 6.0]]]])
    assert physics.A(x).flatten().tolist() == [3, 0, 2.5, 12]
    assert physics.A_dagger(physics.A(x)).flatten().tolist() == [3, 0, 5, 6]
    assert physics.solve_shifted(x, 1.0).flatten().tolist() == pytest.approx([1.5, 4, 4, 1.2])
    assert physics.norm(torch.empty(1, 1, 2, 2)).tolist() == [2]


def test_masks_of_every_kind() -> None:
    seen = torch.rand(5, 4) > 0.5
    x = torch.rand(2, 3, 5, 4)
    expected = torch.where(seen, x, 0)
    for mask in (seen, seen.long(), seen.float(), seen[None], seen.expand(3, 5, 4), seen.expand(2, 1, 5, 4)):
        assert torch.equal(Inpainting(mask).A(x), expected)
    volume = torch.rand(2, 1, 6, 5, 4)
    assert torch.equal(Inpainting(seen).A(volume), torch.where(seen, volume, 0))
    per_voxel = torch.rand(1, 1, 6, 5, 4)
    assert torch.equal(Inpainting(per_voxel).A(volume), per_voxel * volume)


def test_a_mask_given_to_the_call() -> None:
    physics = Inpainting(torch.ones(4, 4), GaussianNoise(0.1))
    x, masks = torch.rand(2, 1, 4, 4), (torch.rand(2, 1, 4, 4) > 0.5).float()
    y = physics(x, torch.Generator().manual_seed(0), mask=masks, sigma=1e-6)
    torch.testing.assert_close(y, masks * x, rtol=0, atol=1e-5)


@pytest.mark.parametrize("mask", [torch.ones(4), torch.ones(4, 4, dtype=torch.complex64), torch.ones(1, 1, 1, 1, 4, 4)])
def test_masks_of_the_wrong_rank_or_type(mask: torch.Tensor) -> None:
    with pytest.raises(ShapeError, match="`mask` must be real with 2 to 5 dimensions"):
        Inpainting(mask)


@pytest.mark.parametrize("shape", [(5, 4), (2, 4, 4), (3, 1, 4, 4), (1, 1, 1, 4, 4)])
def test_masks_that_do_not_fit(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match="`mask` must broadcast to the image"):
        Inpainting(torch.ones(shape)).A(torch.ones(2, 3, 4, 4))
