"""The server of the page, on 127.0.0.1."""

import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from preimage._optional import require
from preimage.errors import ArgumentError
from preimage.web.gate import guarded
from preimage.web.helper import Helpers
from preimage.web.limits import Bounds
from preimage.web.line import Line
from preimage.web.page import mount_page
from preimage.web.routes import add_routes
from preimage.web.visits import Visits
from preimage.web.workshop import Workshop

__all__ = ["serve_page"]

HOST = "127.0.0.1"
_PREFIX = "preimage-serve-"
_QUIET = {
    "GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1", "GRADIO_SERVER_NAME": HOST, "GRADIO_SHARE": "False",
    "GRADIO_ANALYTICS_MAX_EVENTS": "1",  # a statistic that nobody is shown, of 10,000 events else
}  # fmt: skip


def serve_page(
    port: int, places: int, bounds: Bounds, helper: Sequence[str], tell: Callable[[str], None] = print
) -> None:
    """Serve the page until the process is interrupted; then all that it made is gone.

    Args:
        port: the port of 127.0.0.1.
        places: how many pictures are worked on at once.
        bounds: the most that a visitor may ask for.
        helper: how to start a process that does errands.
        tell: prints a line when the page can be opened.

    Raises:
        MissingDependency: gradio is not installed.
        ArgumentError: another program uses the port.
    """
    _check_free(port)
    _sweep(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-", ignore_cleanup_errors=True) as place:
        folder = Path(place)
        with _environment({**_QUIET, "GRADIO_TEMP_DIR": str(folder / "gradio")}):
            _serve(folder, port, places, bounds, helper, tell)


def _serve(
    folder: Path, port: int, places: int, bounds: Bounds, helper: Sequence[str], tell: Callable[[str], None]
) -> None:
    require("gradio", "web", "preimage serve")
    helpers = Helpers(helper, folder)
    visits = Visits(Workshop(helpers, Line(places), bounds), folder)
    helpers.fill()
    try:
        _run(visits, port, tell)
    finally:
        helpers.end()
        visits.end()


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set variables that gradio reads when it is imported; they are as before after the block."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _run(visits: Visits, port: int, tell: Callable[[str], None]) -> None:
    from fastapi import FastAPI
    from uvicorn import Config, Server

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    add_routes(app, visits)
    mount_page(app, visits, port)

    class Telling(Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                tell(f"preimage is at http://{HOST}:{port} (Ctrl-C ends it)")

    settings = Config(
        guarded(app, port), HOST, port, log_level="warning", access_log=False, server_header=False,
        timeout_graceful_shutdown=1,
    )  # fmt: skip
    Telling(settings).run()


def _sweep(folder: Path) -> None:
    """Remove what servers left that were killed."""
    for left in folder.glob(f"{_PREFIX}*"):
        number = left.name.removeprefix(_PREFIX).partition("-")[0]
        if number.isdigit() and not _is_running(int(number)):
            shutil.rmtree(left, ignore_errors=True)


def _is_running(pid: int) -> bool:
    if os.name != "posix":  # there nothing tells without ending it
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _check_free(port: int) -> None:
    if not 1 <= port <= 65535:
        raise ArgumentError(f"`port` must be in 1..65535, got {port}; 7871 is the usual one.")
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise ArgumentError(f"`port` must be free, got {port}: {error.strerror}; name another.") from None
