import torch

from preimage.solve.vectors import from_vectors, to_vectors


def test_entries_stand_side_by_side_and_complex_ones_as_pairs() -> None:
    real, complex_ = torch.arange(4.0).reshape(2, 1, 2), torch.tensor([[1 + 2j], [3 - 4j]])
    vectors = to_vectors([real, complex_])
    assert vectors.tolist() == [[0, 1, 1, 2], [2, 3, 3, -4]]
    back = from_vectors(vectors, [real, complex_])
    assert torch.equal(back[0], real)
    assert torch.equal(back[1], complex_)


def test_a_lazy_conjugate_is_written_out() -> None:
    value = torch.tensor([[1 + 2j]]).conj()
    assert to_vectors([value]).tolist() == [[1, -2]]
