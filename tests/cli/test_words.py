import pytest

from preimage.cli.words import OPTIONS, in_shell_words


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("`max_steps` must be 1", "`--steps` must be 1"),
        ("`from_json` and `sigma`", "`--from-json` and `--sigma`"),
        ("`image` is empty", "`INPUT` is empty"),
        ("`rho` stays, and sigma without backticks", "`rho` stays, and sigma without backticks"),
        ("`A @ B` is no argument", "`A @ B` is no argument"),
    ],
)
def test_arguments_are_told_as_options(text: str, told: str) -> None:
    assert in_shell_words(text) == told


def test_options_are_written_as_they_are_typed() -> None:
    assert all(option == option.lower() and "_" not in option and not option.startswith("-") for option in OPTIONS)
