"""The page as gradio is told of it; what it does in a browser is in ``test_browser.py``."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import preimage.web.inputs as inputs
import preimage.web.page as page
import preimage.web.theme as theme
from preimage.restore.table import TASKS
from preimage.web.form import title_of

COVERS = ["preimage.web.inputs", "preimage.web.page", "preimage.web.theme"]

pytestmark = pytest.mark.skipif(importlib.util.find_spec("gradio") is None, reason="gradio is not installed")


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    probe = Path(__file__).with_name("page_probe.py")
    root = str(Path(__file__).parents[2])
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {root!r}); import runpy; "
               f"runpy.run_path({str(probe)!r}, run_name='__main__')"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_page_has_every_task_and_asks_nobody_elsewhere(told: dict[str, Any]) -> None:
    config = json.dumps(told["config"])
    for row in TASKS:
        assert title_of(row) in config
    assert told["config"]["analytics_enabled"] is False
    assert told["config"]["footer_links"] == []
    assert told["place"] not in config
    assert told["remembered"] == [8]
    assert "fonts.googleapis" not in told["page"]
    assert "customElements.define" in told["page"], page.mount_page


def test_values_of_a_form_are_as_usual_until_they_are_changed(told: dict[str, Any]) -> None:
    assert told["common"] == 2, inputs.common_inputs
    for row in TASKS:
        for option in row.options:
            value = told["settings"][row.name].get(option.name)
            assert value in (None, "", option.default) or option.required
    assert told["settings"]["deblur"].get("kernel") in (None, "auto"), inputs.task_inputs


def test_fonts_are_those_of_the_system(told: dict[str, Any]) -> None:
    assert "GoogleFont" not in told["fonts"], theme.quiet_theme
