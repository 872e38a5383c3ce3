from preimage.cli.atlas.docstring import Docstring, plain


class Above:
    """A base.

    Args:
        noise: the law of
            the measurement.

    Shapes: those of all.
    """


class Below(Above):
    """``A x = 2 x``, in a line.

    More of it, as :class:`preimage.physics.Blur` has.

    Args:
        first, second: numbers: two
            of them.
        third: one.

            It has a paragraph of its own.

    Shapes: ``x`` (B, C),
    and ``y``.

    The end.

    Raises:
        ValueError: never.
    """


def test_sections_are_told_apart() -> None:
    told = Docstring.of(Below)
    assert told.title == "A x = 2 x, in a line."
    assert told.body == ("More of it, as Blur has.", "The end.")
    assert told.sections == {"Shapes": "x (B, C), and y.", "Raises": "ValueError: never."}
    assert told.arguments == {
        "first": "numbers: two of them.", "second": "numbers: two of them.",
        "third": "one. It has a paragraph of its own.", "noise": "the law of the measurement.",
    }  # fmt: skip


def test_shapes_and_arguments_are_inherited() -> None:
    class Silent(Above):
        """Nothing is said of shapes."""

    assert Docstring.of(Silent).sections == {"Shapes": "those of all."}
    assert "noise" in Docstring.of(Silent).arguments


def test_marks_are_left_out() -> None:
    assert plain(":class:`~a.b.C` of\n ``x``") == "C of x"
