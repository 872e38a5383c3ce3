import torch

from preimage.explain.dictionary import Dictionary
from tests.explain.parts import MODEL, coded


def test_atoms_are_sorted_by_their_share_of_the_energy() -> None:
    found = Dictionary.measured(MODEL, [coded(), coded()])
    # Energies: atom 0 has (1 + 4) * 1, atom 1 has 1 * 4, twice each.
    assert found.numbers.tolist() == [0, 1]
    torch.testing.assert_close(found.use, torch.tensor([5 / 9, 4 / 9], dtype=torch.float64))
    torch.testing.assert_close(found.frequency, torch.tensor([2 / 3, 1 / 3], dtype=torch.float64))
    assert found.atoms.flatten().tolist() == [1, 2]
    assert (found.patches, found.non_zeros) == (6, 1.0)


def test_no_use_at_all_is_zero() -> None:
    part = coded()
    part.codes.zero_()
    assert Dictionary.measured(MODEL, [part]).use.tolist() == [0, 0]
