import pytest
from cyclopts import App

from preimage.cli.commands import command_of
from preimage.restore.table import find_task


def asked(task, *command):
    """The request that a command line makes."""
    app = App(result_action="return_value")
    app.command(command_of(find_task(task), lambda request: request), name=task)
    return app([task, *command], exit_on_error=False, print_error=False)


def test_a_command_has_the_options_of_its_row_with_their_defaults():
    request = asked("superresolve", "a.png", "b.png", "--factor", "3", "--seed", "4", "--quality", "90")
    usual = {option.name: option.default for option in find_task("superresolve").options}
    assert (request.inputs, request.settings) == (("a.png", "b.png"), {**usual, "factor": 3})
    assert (request.fitting.seed, request.quality, request.method) == (4, 90, "usr")
    assert request.arguments()["seed"] == 4


def test_quality_is_the_options_own_where_the_task_has_one():
    request = asked("deblock", "a.jpg", "--quality", "30", "--output-quality", "80")
    assert (request.settings["quality"], request.quality) == ("30", 80)


def test_a_method_is_one_of_the_choices_or_a_class():
    assert asked("denoise", "a.png", "--method", "mine:Method").method == "mine:Method"
    with pytest.raises(Exception, match="method"):
        asked("denoise", "a.png", "--method", "mine")
