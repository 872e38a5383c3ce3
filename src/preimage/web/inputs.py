"""Forms of gradio for the fields of tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from preimage.files.formats.mat import MAT
from preimage.files.formats.npy import NPY
from preimage.files.formats.table import suffixes
from preimage.restore.frame.declaration import TaskRow
from preimage.web.form import Field, count_of, fields_of_task, kernel_kinds, setting_of

__all__ = ["TaskInputs", "common_inputs", "task_inputs"]

_LEVEL, _QUALITY = 10, 50
_FEW = 4


@dataclass(frozen=True)
class TaskInputs:
    """The form of a task.

    Attributes:
        name: the task.
        column: what holds it, to be shown or hidden.
        fields: what it asks for.
        components: the inputs of all fields, one after another.
    """

    name: str
    column: Any
    fields: tuple[Field, ...]
    components: tuple[Any, ...]

    def settings(self, values: Sequence[Any]) -> Mapping[str, Any]:
        """The options as typed, from the values of ``components``."""
        found, at = dict[str, Any](), 0
        for field in self.fields:
            found[field.name] = setting_of(field, values[at : at + count_of(field)])
            at += count_of(field)
        return found


def task_inputs(row: TaskRow, visible: bool) -> TaskInputs:
    """Lay out the form of a task where the page is at."""
    import gradio as gr

    fields = fields_of_task(row)
    near = tuple(field for field in fields if not field.is_further)
    far = tuple(field for field in fields if field.is_further)
    components: list[Any] = []
    with gr.Column(visible=visible, elem_classes="pi-form") as column:
        for field in near:
            components += _inputs(field)
        if far:
            with gr.Accordion("More options", open=False, elem_classes="pi-further"):
                for field in far:
                    components += _inputs(field)
    return TaskInputs(row.name, column, (*near, *far), tuple(components))


def common_inputs() -> tuple[Any, Any]:
    """Strength and format, which all tasks have."""
    import gradio as gr

    strength = gr.Slider(
        0.25, 3, 1, step=0.05, label="Strength", info="More removes more, and detail with it.",
        elem_id="strength", buttons=["reset"],
    )  # fmt: skip
    formats = [("Like the picture", ""), ("PNG", ".png"), ("TIFF", ".tif")]
    return strength, gr.Radio(formats, value="", label="Save as", elem_id="save-as")


def _inputs(field: Field) -> list[Any]:
    """The inputs of a field."""
    import gradio as gr

    words = {"label": field.label, "info": field.info or None}
    if field.kind in ("level", "quality"):
        return _found_or_given(field)
    if field.kind == "kernel":
        return _kernel(field)
    if field.kind == "file":
        gr.HTML(_file(field), elem_classes="pi-field")
        return []
    if field.kind == "choice":
        choices: list[tuple[str, Any]] = [("Automatic" if one is None else str(one), one) for one in field.choices]
        few = len(choices) <= _FEW and None not in field.choices
        return [gr.Radio(choices, value=field.default, **words) if few else _menu(choices, field, words)]
    if field.kind == "switch":
        return [gr.Checkbox(field.default, **words)]
    if field.kind == "count":
        # A number that is left empty comes back as 0; the command checks what is typed, and says what is wrong.
        return [gr.Textbox("", max_lines=1, max_length=12, placeholder="usual", **words)]
    return [gr.Textbox(field.default or "", max_lines=1, max_length=80, **words)]


def _menu(choices: Sequence[tuple[str, Any]], field: Field, words: Mapping[str, Any]) -> Any:
    import gradio as gr

    named = [(label, "" if value is None else value) for label, value in choices]
    return gr.Dropdown(named, value=field.default or "", **words)


def _found_or_given(field: Field) -> list[Any]:
    """A level that is found in the picture, unless it is given."""
    import gradio as gr

    find = gr.Checkbox(True, label=f"{field.label}: find it in the picture")
    if field.kind == "level":
        number = gr.Slider(0, 75, _LEVEL, step=0.5, label=f"{field.label}, of 255", visible=False)
    else:
        number = gr.Slider(1, 100, _QUALITY, step=1, label=field.label, visible=False)
    find.change(lambda is_found: gr.update(visible=not is_found), find, number, **_quick())
    return [find, number]


def _kernel(field: Field) -> list[Any]:
    """A formula, a drawing or a file."""
    import gradio as gr

    kinds = kernel_kinds(field)
    first = kinds[0][1]
    kind = gr.Radio(list(kinds), value=first, label=field.label)
    length = gr.Slider(1, 60, 15, step=0.5, label="Length, in pixels", visible=first == "motion")
    angle = gr.Slider(-90, 90, 0, step=1, label="Direction, in degrees", visible=first == "motion")
    radius = gr.Slider(0.5, 20, 2, step=0.1, label="Size, in pixels", visible=False)
    drawing = gr.HTML("<preimage-kernel></preimage-kernel>", visible=False)
    file = gr.HTML(_file(field, (*NPY.suffixes, *MAT.suffixes, *suffixes())), visible=False, elem_classes="pi-field")

    def turn(kind: str) -> list[Any]:
        shown = (kind == "motion", kind == "motion", kind in ("disk", "gaussian"), kind == "drawn", kind == "file")
        return [gr.update(visible=visible) for visible in shown]

    kind.change(turn, kind, [length, angle, radius, drawing, file], **_quick())
    return [kind, length, angle, radius]


def _file(field: Field, accept: Sequence[str] | None = None) -> str:
    """A button that brings a file for an option."""
    kinds = ",".join(accept or suffixes())
    whole = "" if field.name == "mask" else ' data-whole=""'
    words = {"mask": "Paint on the picture what is to be filled in, or bring a mask."}.get(field.name, field.info)
    paint = '<button type="button" class="pi-small" data-paint>Paint</button>' if field.name == "mask" else ""
    return (
        f'<p class="pi-label">{escape(field.label)}</p><p class="pi-quiet">{escape(words)}</p>'
        f'<p class="pi-bring">{paint}'
        f'<button type="button" class="pi-small" data-option="{field.name}" data-accept="{kinds}"{whole}>'
        "Choose a file</button><span data-brought></span></p>"
    )


def _quick() -> dict[str, Any]:
    return {"show_progress": "hidden", "api_visibility": "private", "queue": False}
