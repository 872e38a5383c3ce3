import asyncio
from typing import Any

import pytest

from preimage.web.gate import POLICY, guarded


async def answer(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]})
    await send({"type": "http.response.body", "body": b"yes"})


def ask(path: str = "/", **headers: str) -> tuple[int, dict[str, str]]:
    told: list[Any] = []

    async def send(message: Any) -> None:
        told.append(message)

    async def receive() -> Any:
        return {}

    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    asyncio.run(guarded(answer, 7871)({"type": "http", "path": path, "headers": pairs}, receive, send))
    return told[0]["status"], {name.decode(): value.decode() for name, value in told[0]["headers"]}


def test_a_browser_may_load_nothing_from_elsewhere() -> None:
    status, headers = ask(host="127.0.0.1:7871")
    assert status == 200
    assert headers["content-security-policy"] == POLICY
    assert "http" not in POLICY
    assert headers["a"] == "b"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": "evil.example:7871"},
        {"host": "127.0.0.1:7872"},
        {"host": "127.0.0.1:7871", "origin": "https://evil.example"},
        {"host": "127.0.0.1:7871", "origin": "null"},
    ],
)
def test_others_are_refused(headers: dict[str, str]) -> None:
    assert ask(**headers)[0] == 403


def test_gradios_ways_to_files_are_closed() -> None:
    for path in ("/gradio_api/upload", "/gradio_api/file=/etc/passwd", "/gradio_api/proxy=http://a.example/"):
        assert ask(path, host="localhost:7871", origin="http://localhost:7871")[0] == 404


def test_sockets_are_not_answered() -> None:
    async def never(*_: Any) -> None:
        raise AssertionError

    asyncio.run(guarded(never, 7871)({"type": "websocket"}, never, never))
