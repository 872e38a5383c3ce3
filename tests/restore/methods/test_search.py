import pytest

from preimage.denoisers import DRUNet
from preimage.errors import ArgumentError
from preimage.models.sparse import SC, GroupSC, Search
from preimage.restore.methods.search import of_patches, searching


def test_paper_codes_a_patch_at_every_pixel_and_light_as_in_training() -> None:
    model = GroupSC(1, 3, 6, 2, (0.1,), search=Search(window=5, patch_stride=2))
    assert searching(model, "light") is model
    thorough = searching(model, "paper")
    assert isinstance(thorough, GroupSC)
    assert (model.patch_stride, thorough.patch_stride) == (2, 1)
    assert thorough.dictionary is model.dictionary


def test_models_that_compare_nothing_stay() -> None:
    local = SC(1, 3, 6, 2, (0.1,))
    assert searching(local, "paper") is local


def test_what_is_refused() -> None:
    with pytest.raises(ArgumentError, match="`search` must be light or paper, got 'all'"):
        searching(SC(1, 3, 6, 2, (0.1,)), "all")
    model = SC(1, 3, 6, 2, (0.1,))
    assert of_patches(model) is model
    with pytest.raises(ArgumentError, match="must be those of a sparse model for the method groupsc, got a DRUNet"):
        of_patches(DRUNet(1, (2, 2, 2, 2), 1))
