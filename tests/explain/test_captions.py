from preimage.explain.captions import captions
from tests.explain.parts import explanation


def texts(compares: bool = True) -> dict[str, str]:
    told = explanation()
    return {
        name: caption.text
        for name, caption in captions(told.view, told.dictionary, told.patch, told.neighbours, compares).items()
    }


def test_numbers_of_the_explanation_stand_in_the_sentences() -> None:
    """Two atoms of energies 5 and 4, in two and one of three patches; the patch uses both, a neighbour one."""
    told = texts()
    assert "The file has 30x20 pixels; the white frame is the part of 3x2 pixels" in told["picture"]
    assert "around row 4, column 6." in told["picture"]
    assert told["measured"].startswith("Rows 4 to 5, columns 5 to 7,")
    assert told["code"].startswith("2 of 2 coefficients are not zero")
    assert "the first 1 have half of it, 0 are never used. A patch uses 1.0 atoms on average" in told["dictionary"]
    assert "over 3 patches of this picture" in told["dictionary"]
    assert "from the mean (64/255)" in told["sum"]
    assert "count as 1.8 equal patches" in told["similarity"]
    assert "On average 25 % of the atoms" in told["support"]  # one of two with the first, none with the other


def test_whether_the_model_compares_patches_is_told() -> None:
    assert "Similar patches decide together" in texts()["similarity"]
    assert "This model does not compare patches" in texts(compares=False)["similarity"]
