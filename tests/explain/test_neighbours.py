from preimage.explain.dictionary import Dictionary
from preimage.explain.neighbours import Neighbours
from tests.explain.parts import MODEL, coded


def test_the_most_similar_patches_come_first() -> None:
    part = coded()
    found = Neighbours.of(part, 1, Dictionary.measured(MODEL, [part]), 2)
    assert found.places.tolist() == [[4, 6], [4, 5], [9, 9]]
    assert found.weights.tolist() == [1, 0.5, 0.25]
    assert found.size == 1.75
    assert found.map.tolist() == [[0.5, 1, 0], [0, 0, 0]]  # the third patch lies outside the part
    assert found.window() == (slice(0, 1), slice(0, 2))


def test_support_is_shared_over_what_either_has() -> None:
    part = coded()
    found = Neighbours.of(part, 1, Dictionary.measured(MODEL, [part]), 2)
    assert found.support().tolist() == [[True, True], [True, False], [False, False]]
    assert found.shared().tolist() == [1, 0.5, 0]
    assert found.rows().tolist() == [0, 1]


def test_those_that_are_not_similar_are_left_out() -> None:
    part = coded()
    assert Neighbours.of(part, 0, Dictionary.measured(MODEL, [part]), 2).places.tolist() == [[4, 5], [4, 6]]
