import torch

from preimage.explain.dictionary import Dictionary
from preimage.explain.patch import PatchCode
from tests.explain.parts import MODEL, coded


def test_a_patch_is_its_mean_and_what_its_atoms_add() -> None:
    part = coded()
    patch = PatchCode.of(part, 1, Dictionary.measured(MODEL, [part]))
    assert patch.corner == (4, 6)
    assert patch.mean == 0.25
    torch.testing.assert_close(patch.measured.flatten(), torch.tensor([0.45]))
    assert patch.code.tolist() == [2, -1]
    assert patch.used.tolist() == [0, 1]  # energies 4 and 4: the order of the dictionary
    assert patch.added.flatten().tolist() == [2, -2]
    assert patch.partial_sums().flatten().tolist() == [0.25, 2.25, 0.25]
    assert patch.estimate().flatten().tolist() == [0.25]


def test_a_flat_patch_uses_no_atom() -> None:
    part = coded()
    patch = PatchCode.of(part, 2, Dictionary.measured(MODEL, [part]))
    assert patch.used.tolist() == []
    assert patch.partial_sums().flatten().tolist() == [0]
