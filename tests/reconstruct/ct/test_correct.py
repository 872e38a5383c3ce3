import numpy as np

from preimage.reconstruct.ct.correct import corrected
from preimage.reconstruct.ct.projections import Projections


def test_counts_that_are_taken_for_line_integrals_are_told() -> None:
    counts = np.random.default_rng(0).poisson(3e4, (4, 6)).astype(np.float32)
    y, notes = corrected(Projections(counts), rings=False)
    assert np.array_equal(y.numpy(), counts)
    assert [note for note in notes if "counts of light need `flat`" in note]


def test_line_integrals_and_masks_of_them_say_nothing() -> None:
    for values in (np.random.default_rng(0).random((4, 6), np.float32) * 90, np.eye(6, dtype=np.float32)):
        assert corrected(Projections(values), rings=False)[1] == ()


def test_counts_with_a_flat_field_become_line_integrals() -> None:
    counts, flat = np.full((4, 6), 100.0, np.float32), np.full((1, 6), 200.0, np.float32)
    y, notes = corrected(Projections(counts, flat=flat), rings=False)
    assert np.allclose(y.numpy(), np.log(2), atol=1e-5)
    assert notes == ("counts were normalised by the flat field",)
