"""What gradio makes of the page, as JSON: it leaves event loops open in the process that imports it."""

import json
import sys
import tempfile
from pathlib import Path

import gradio
from fastapi import FastAPI
from starlette.testclient import TestClient

from preimage.restore.table import TASKS
from preimage.web.helper import Helpers
from preimage.web.inputs import common_inputs, task_inputs
from preimage.web.limits import Bounds
from preimage.web.line import Line
from preimage.web.page import mount_page
from preimage.web.theme import quiet_theme
from preimage.web.visits import Visits
from preimage.web.workshop import Workshop


def main() -> None:
    """Print the page, its settings, and the values of its forms."""
    with tempfile.TemporaryDirectory() as place:
        shop = Workshop(Helpers((sys.executable,), Path(place)), Line(1), Bounds())
        app = FastAPI()
        mount_page(app, Visits(shop, Path(place)), 7871)
        client = TestClient(app)
        told = {"config": client.get("/config").json(), "page": client.get("/").text, "place": place}
        mounted = [getattr(route, "app", None) for route in app.routes]
        told["remembered"] = [app.state_holder.capacity for app in mounted if hasattr(app, "state_holder")]
    with gradio.Blocks():
        forms = {row.name: task_inputs(row, False) for row in TASKS}
        told["common"] = len(common_inputs())
    told["settings"] = {name: form.settings([c.value for c in form.components]) for name, form in forms.items()}
    theme = quiet_theme()
    told["fonts"] = [type(font).__name__ for font in (*theme._font, *theme._font_mono)]
    print(json.dumps(told))


if __name__ == "__main__":
    main()
