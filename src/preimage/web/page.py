"""The page laid out with gradio; what it shows and does is decided elsewhere."""

from collections.abc import AsyncIterator, Sequence
from importlib.resources import files
from typing import Any

from preimage.restore.table import TASKS
from preimage.web.form import title_of
from preimage.web.inputs import TaskInputs, common_inputs, task_inputs
from preimage.web.limits import Refused
from preimage.web.scene import Showing, begin, scene_of, scenes
from preimage.web.theme import quiet_theme
from preimage.web.visit import Visit
from preimage.web.visits import Visits

__all__ = ["mount_page"]

# Of so many pages gradio keeps what it has told them; of 10,000 else, closed or not, half a megabyte each.
_SESSIONS = 8
_STAGE = "element.addEventListener('arrived', (event) => trigger('arrived', event.detail));"
_FILES = """element.addEventListener('click', (event) => {
  const chosen = event.target.closest('[data-picture]'), removed = event.target.closest('[data-remove]');
  if (chosen) trigger('chosen', { picture: chosen.dataset.picture });
  if (removed) trigger('removed', { picture: removed.dataset.remove });
});"""
_FORMS = """document.addEventListener('click', (event) => {
  if (event.target.closest('[data-paint]')) trigger('painted');
});"""
# What was drawn has arrived before work begins on it.
_SETTLED = "async (...given) => { await window.preimage.settled(); return given; }"


def mount_page(app: Any, visits: Visits, port: int) -> None:
    """Lay out the page and mount it on ``app``, a FastAPI."""
    import gradio as gr

    assets = files("preimage.web") / "assets"
    script, style = ((assets / name).read_text(encoding="utf-8") for name in ("page.js", "page.css"))
    gr.mount_gradio_app(
        app, _blocks(visits), "/", server_name="127.0.0.1", server_port=port, footer_links=[], run_history=False,
        allowed_paths=[], show_error=False, max_file_size=1, ssr_mode=False, enable_monitoring=False, pwa=False,
        mcp_server=False, theme=quiet_theme(), css=style, head=f"<script>{script}</script>",
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
    )  # fmt: skip


def _blocks(visits: Visits) -> Any:
    import gradio as gr

    class Forgetting(gr.Blocks):
        def __init__(self, **settings: Any) -> None:
            super().__init__(**settings)
            self.state_session_capacity = _SESSIONS

    with Forgetting(title="preimage", analytics_enabled=False, fill_width=True, delete_cache=(600, 600)) as blocks:
        gr.HTML("<h1>preimage</h1><p>Restore photographs on this computer. Nothing leaves it.</p>", elem_id="head")
        with gr.Row(elem_id="body"):
            with gr.Column(scale=3, min_width=320, elem_id="left"):
                stage = gr.HTML(elem_id="stage", js_on_load=_STAGE)
                facts, outcome = gr.HTML(elem_id="facts"), gr.HTML(elem_id="outcome")
                pictures = gr.HTML(elem_id="files", js_on_load=_FILES)
            with gr.Column(scale=1, min_width=320, elem_id="right"):
                titles = [(title_of(row), row.name) for row in TASKS]
                task = gr.Radio(titles, value=TASKS[0].name, label="What is to be done?", elem_id="task")
                forms = [task_inputs(row, row is TASKS[0]) for row in TASKS]
                strength, save_as = common_inputs()
                with gr.Row(elem_id="buttons"):
                    restore = gr.Button("Restore", variant="primary", interactive=False, elem_id="restore")
                    cancel = gr.Button("Cancel", visible=False, elem_id="cancel")
                status = gr.HTML(elem_id="status", js_on_load=_FORMS)
        shown = [stage, facts, outcome, pictures, status, restore, cancel]
        wishes = [task, strength, save_as, *(part for form in forms for part in form.components)]
        columns = [form.column for form in forms]
        _connect(blocks, visits, forms, shown, wishes, columns)
    blocks.queue(default_concurrency_limit=None, max_size=200)
    return blocks


def _connect(
    blocks: Any, visits: Visits, forms: Sequence[TaskInputs], shown: list[Any], wishes: list[Any], columns: list[Any]
) -> None:
    """Say what happens when something on the page is used."""
    import gradio as gr

    stage, _, _, pictures, status, restore, cancel = shown
    quick: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_limit": None}

    def visit_of(request: gr.Request) -> Visit:
        return visits.of_page(request.session_hash or "")

    async def follow(request: gr.Request) -> AsyncIterator[list[Any]]:
        async for changes in _changes(visit_of(request)):
            yield changes

    async def choose(event: gr.EventData, request: gr.Request) -> AsyncIterator[list[Any]]:
        visit_of(request).choose(str(event.picture))
        async for changes in _changes(visit_of(request)):
            yield changes

    def remove(event: gr.EventData, request: gr.Request) -> list[Any]:
        visit_of(request).remove(str(event.picture))
        return _now(visit_of(request))

    def paint(request: gr.Request) -> list[Any]:
        visit_of(request).paint()
        return _now(visit_of(request))

    def turn(name: str, request: gr.Request) -> list[Any]:
        visit_of(request).turn(name)
        return [*(gr.update(visible=form.name == name) for form in forms), *_now(visit_of(request))]

    async def work(request: gr.Request, *given: Any) -> AsyncIterator[list[Any]]:
        visit, (name, factor, suffix, *values) = visit_of(request), given
        try:
            begin(visit, name, _settings(forms, name, values), factor, suffix)
        except Refused as refusal:
            yield _now(visit, str(refusal))
            return
        async for changes in _changes(visit):
            yield changes

    def stop(request: gr.Request) -> list[Any]:
        visit_of(request).cancel()
        return _now(visit_of(request))

    def leave(request: gr.Request) -> None:
        visits.leave(request.session_hash or "")

    blocks.load(follow, None, shown, **quick)
    always = {**quick, "trigger_mode": "multiple"}  # whatever else is still on its way
    stage.arrived(choose, None, shown, **always)
    pictures.chosen(choose, None, shown, **always)
    pictures.removed(remove, None, shown, **always)
    status.painted(paint, None, shown, **quick)
    wishes[0].change(turn, wishes[0], [*columns, *shown], **quick)
    restore.click(work, wishes, shown, js=_SETTLED, **quick)
    cancel.click(stop, None, shown, **always)
    blocks.unload(leave)


def _settings(forms: Sequence[TaskInputs], name: str, values: Sequence[Any]) -> Any:
    """The options of the form of one task, from the values of all forms."""
    at = 0
    for form in forms:
        if form.name == name:
            return form.settings(values[at : at + len(form.components)])
        at += len(form.components)
    raise Refused("There is no such task.")


async def _changes(visit: Visit) -> AsyncIterator[list[Any]]:
    before: Showing | None = None
    async for scene in scenes(visit):
        yield _updates(before, scene)
        before = scene


def _now(visit: Visit, refused: str = "") -> list[Any]:
    return _updates(None, scene_of(visit, refused))


def _updates(before: Showing | None, now: Showing) -> list[Any]:
    """What gradio is to change: nothing that is as it was."""
    import gradio as gr

    html = [gr.skip() if before and before[i] == now[i] else now[i] for i in range(5)]
    return [*html, gr.update(interactive=now.can_restore), gr.update(visible=now.can_cancel)]
