from preimage.restore.frame.declaration import Option
from preimage.restore.table import TASKS, find_task
from preimage.web.form import (
    UPLOADED,
    Field,
    choices_of,
    count_of,
    fields_of_task,
    kernel_kinds,
    setting_of,
    title_of,
)


def test_every_option_of_every_task_is_asked_for_but_those_with_one_answer() -> None:
    for row in TASKS:
        asked = {field.name for field in fields_of_task(row)}
        assert asked == {option.name for option in row.options if len(choices_of(option)) != 1}
        assert title_of(row)
        assert not title_of(row).endswith(".")


def test_words_of_the_terminal_stay_there() -> None:
    texts = [text for row in TASKS for field in fields_of_task(row) for text in (field.label, field.info) if text]
    assert not [text for text in texts if "--" in text or "Ctrl" in text or "OUTPUT" in text or "INPUT" in text]


def test_kinds_follow_from_the_table() -> None:
    kinds = {(row.name, field.name): field.kind for row in TASKS for field in fields_of_task(row)}
    assert kinds["denoise", "sigma"] == "level"
    assert kinds["denoise", "error_map"] == "switch"
    assert kinds["denoise", "steps"] == "count"
    assert kinds["deblur", "kernel"] == "kernel"
    assert kinds["inpaint", "mask"] == kinds["flash", "flash"] == "file"
    assert kinds["superresolve", "factor"] == "choice"
    assert kinds["deblock", "quality"] == "quality"
    further = {field.name: field.is_further for row in TASKS for field in fields_of_task(row)}
    assert all(further[name] for name in ("kernel_size", "steps", "samples"))
    assert not any(further[name] for name in ("sigma", "mask", "error_map"))


def test_choices_are_those_of_the_literal() -> None:
    options = {option.name: option for option in find_task("superresolve").options}
    assert choices_of(options["factor"]) == (2, 3, 4, 8)
    assert choices_of(options["weights"])[0] is None
    assert choices_of(Option("a", str, "", "")) == ()


def field(kind: str, needed: bool = False) -> Field:
    return Field("a", kind, "A", "", None, is_needed=needed)  # pyright: ignore[reportArgumentType]


def test_values_of_the_form_become_what_is_typed() -> None:
    assert setting_of(field("count"), [" "]) is None
    assert setting_of(field("count"), [" 3 "]) == "3"
    assert setting_of(field("level"), (True, 10)) is None
    assert setting_of(field("level"), (False, 12.5)) == "12.5/255"
    assert setting_of(field("quality"), (False, 40)) == "40"
    assert setting_of(field("kernel"), ("motion", 15, -30, 2)) == "motion:15@-30"
    assert setting_of(field("kernel"), ("disk", 15, 0, 2.5)) == "disk:2.5"
    assert setting_of(field("kernel"), ("gaussian", 15, 0, 1.6)) == "gaussian:1.6"
    assert setting_of(field("kernel"), ("drawn", 15, 0, 2)) == UPLOADED
    assert setting_of(field("kernel"), ("", 15, 0, 2)) is None
    assert setting_of(field("count"), ("",)) is None
    assert setting_of(field("count"), ("20",)) == "20"
    assert setting_of(field("choice"), ("",)) is None
    assert setting_of(field("file"), ()) is None


def test_there_are_as_many_values_as_are_read() -> None:
    assert [count_of(field(kind)) for kind in ("level", "quality", "kernel", "file", "choice")] == [2, 2, 4, 0, 1]


def test_a_blur_may_be_left_out_where_it_is_not_needed() -> None:
    assert [value for _, value in kernel_kinds(field("kernel", True))] == [
        "motion",
        "disk",
        "gaussian",
        "drawn",
        "file",
    ]
    assert kernel_kinds(field("kernel"))[0][1] == ""
