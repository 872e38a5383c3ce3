from preimage.blind.white_noise import WhiteNoiseEstimate
from preimage.restore.stacks.notes import said_once


def test_notes_that_differ_in_numbers_are_one_with_their_range() -> None:
    notes = ["6 % of v2 are clipped", "dark", "12.5 % of v2 are clipped", "dark", "9 % of v2 are clipped"]
    assert said_once(notes) == ("6 to 12.5 % of v2 are clipped", "dark")
    assert said_once(["7 of 9"] * 3) == ("7 of 9",)
    assert said_once([]) == ()


def test_of_ranges_the_widest_is_told() -> None:
    told = "the noise level is not sure: {}/255 to {}/255, because"
    notes = [told.format("4.0", "9.0"), told.format("10.5", "20.0"), told.format("2.0", "3.0")]
    assert said_once(notes) == (told.format("2.0", "20.0"),)


def test_unsure_planes_say_so_once() -> None:
    unsure = [WhiteNoiseEstimate(level, level / 2, 3 * level, level / 2, 3 * level) for level in (0.1, 0.2)]
    notes = [note for each in unsure for note in each.notes()]
    assert len(set(notes)) == 2
    (note,) = said_once(notes)
    assert note.startswith("the noise level is not sure: ")
    assert note.count(" to ") == 1
