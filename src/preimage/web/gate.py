"""What stands before the page: it answers to this computer only, and lets a browser load nothing from elsewhere."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

__all__ = ["POLICY", "guarded"]

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
"""What a browser may load for the page."""

_HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
# Ways of gradio to files and to other servers, of which the page needs none.
_CLOSED = ("/gradio_api/upload", "/gradio_api/file", "/gradio_api/proxy", "/gradio_api/stream", "/monitoring")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Answer = Callable[[Message, Receive, Send], Awaitable[None]]


def guarded(answer: Answer, port: int) -> Answer:
    """``answer``, an ASGI application, for requests to 127.0.0.1 that no other site's page has sent.

    A name of another site that is made to mean 127.0.0.1 is no way in, because the name is asked for.
    """
    hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost")}
    origins = {"", *(f"http://{host}" for host in hosts)}

    async def guard(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await answer(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if headers.get("host", "") not in hosts or headers.get("origin", "") not in origins:
            await _refuse(send, 403)
        elif scope["path"].startswith(_CLOSED):
            await _refuse(send, 404)
        else:
            await answer(scope, receive, _with_headers(send))

    return guard


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *_HEADERS]
        await send(message)

    return sent


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-type", b"text/plain"), *_HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"This page is for this computer only.\n"})
