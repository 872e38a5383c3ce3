import pytest
import torch

from preimage.errors import ShapeError
from preimage.models.sparse import updates
from preimage.models.sparse.patches import Patches
from preimage.models.sparse.updates import observe
from preimage.transform import extract_patches
from tests.models.problems import normal
from tests.models.sparse.definition import averaged, places

SIZE = 3


def problem(stride, masked, batch=2):
    """Also where a flush row and column of patches is needed: 10 and 12 pixels, and a stride of two or three."""
    image = normal(batch, 2, 10, 12)
    mask = (normal(1, 2, 10, 12, seed=1) > 0).double() if masked else None
    seen = None if mask is None else extract_patches(mask, SIZE, stride)
    return Patches.of(image, mask, SIZE, stride), observe(extract_patches(image, SIZE, stride), seen)


@pytest.fixture(params=[torch.no_grad, torch.enable_grad])
def mode(request, monkeypatch):
    monkeypatch.setattr(updates, "_CHUNK", 8)
    return request.param()


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("masked", [False, True])
def test_parts_are_those_of_the_whole(mode, stride, masked):
    with mode:
        patches, whole = problem(stride, masked)
        corners, _ = places((10, 12), SIZE, stride)
        assert patches.grid == (len(corners[0]), len(corners[1]))
        parts = list(patches.parts())
        assert (len(parts) == 1) == torch.is_grad_enabled()
        assert (patches.at().mask is None) == (not masked)
        for name in ("patches", "means", "mask") if masked else ("patches", "means"):
            found = getattr(patches.at(), name)
            torch.testing.assert_close(found, getattr(whole, name), rtol=0, atol=1e-15)  # means in another order
            assert torch.equal(torch.cat([getattr(part, name) for _, part in parts], 1), found)
            assert all(torch.equal(getattr(part, name), found[:, which]) for which, part in parts)


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("masked", [False, True])
def test_every_rectangle_of_the_grid(stride, masked):
    patches, whole = problem(stride, masked)
    rows, columns = patches.grid
    grid = whole.patches.unflatten(1, (rows, columns))
    for top, left in [(0, 0), (1, 2), (rows - 1, columns - 1), (0, columns - 1), (rows - 2, 1)]:
        found = patches.at(slice(top, top + 2), slice(left, columns)).patches
        torch.testing.assert_close(found, grid[:, top : top + 2, left:].flatten(1, 2), rtol=0, atol=1e-15)


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_bands_are_averaged_as_the_whole_by_definition(mode, stride):
    patches, _ = problem(stride, False)
    values = normal(2, patches.grid[0] * patches.grid[1], 2 * SIZE**2, seed=3)
    with mode:
        found = patches.averaged(values[:, which] for which, _ in patches.parts())
    expected = averaged(values, patches.image.shape, places((10, 12), SIZE, stride)[1])
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-14)


def test_gradients_pass_through_the_mean():
    patches, _ = problem(2, False)
    values = normal(2, patches.grid[0] * patches.grid[1], 2 * SIZE**2, seed=3).requires_grad_()
    assert torch.autograd.gradcheck(lambda given: patches.averaged([given]), values, fast_mode=True)


def test_an_image_smaller_than_a_patch():
    with pytest.raises(ShapeError, match="at least 3 pixels high and wide, got 2"):
        Patches.of(normal(1, 1, 2, 9), None, SIZE, 1)
