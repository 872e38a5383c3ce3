import inspect
from typing import Any, get_type_hints

import pytest
from typing_extensions import Unpack

from preimage._fields import fields_of
from preimage.restore.frame.settings import Options, Settings
from preimage.restore.frame.task_function import task_function
from preimage.restore.table import TASKS


@task_function
def twice(image: Any, times: int = 2, **options: Unpack[Options]) -> tuple[Any, int, Any]:
    """Do something to a picture.

    As often as you like.

    Args:
        image: a small one.
        times: how often,
            at least once.
        sigma: of no use here.
    """
    return image, times, options


def test_a_call_is_what_it_was() -> None:
    assert twice("a.png", 3, strength=2.0) == ("a.png", 3, {"strength": 2.0})
    assert twice.__name__ == "twice"


def test_the_docstring_tells_of_own_arguments_and_of_shared_ones() -> None:
    text = inspect.getdoc(twice) or ""
    assert text.startswith("Do something to a picture.\n\nAs often as you like.\n\nArgs:\n    image: a small one.\n")
    assert "        A path; an array" in text
    assert "    times: how often,\n        at least once.\n" in text
    assert "    sigma: of no use here.\n" in text
    assert "estimates it" not in text  # the general text
    assert "    strength: factor on" in text
    assert "    method:" not in text  # which it does not take
    assert text.count("Raises:") == text.count("Returns:") == 1


@pytest.mark.parametrize("row", TASKS, ids=[row.name for row in TASKS])
def test_every_task_shows_every_option_with_its_default(row: Any) -> None:
    function, usual = row.function(), fields_of(Settings())
    parameters = inspect.signature(function).parameters
    assert {"image", "method", "progress", *get_type_hints(Options)} <= set(parameters)
    for name in get_type_hints(Options):
        assert parameters[name].default == usual[name]
    text = inspect.getdoc(function) or ""
    for name in parameters:
        assert f"\n    {name}: " in text
