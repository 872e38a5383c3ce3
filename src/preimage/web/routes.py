"""Addresses of the page beside those of gradio: files that come in and go out, by the token of their visit."""

import asyncio
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from preimage.web.limits import Bounds, Refused, check_bytes
from preimage.web.picture import VisitedPicture
from preimage.web.visit import Visit, downloads
from preimage.web.visits import Visits

__all__ = ["add_routes"]

_UPLOAD_SECONDS = 600.0
_UNKNOWN = "This page is no longer known here. Load it again."


def add_routes(app: Any, visits: Visits) -> None:
    """Add to ``app``, a FastAPI: uploads, pictures to look at, and downloads."""
    from starlette.requests import ClientDisconnect, Request
    from starlette.responses import FileResponse, JSONResponse, Response

    async def upload(request: Request) -> Response:
        visit = visits.of_token(request.path_params["token"])
        if visit is None:
            return JSONResponse({"refused": _UNKNOWN}, 404)
        try:
            return JSONResponse(await _take(request, visit))
        except Refused as refusal:
            return JSONResponse({"refused": str(refusal)}, 400)
        except ClientDisconnect:  # nobody hears the answer
            return JSONResponse({"refused": _UNKNOWN}, 404)
        except OSError:
            if not visit.is_over:
                raise
            return JSONResponse({"refused": _UNKNOWN}, 404)

    async def forget(request: Request) -> Response:
        visit = visits.of_token(request.path_params["token"])
        if visit is not None:
            picture = visit.pictures.get(request.query_params.get("picture", ""))
            await _in_thread(visit.drop_file, request.path_params["option"], picture)
        return JSONResponse({})

    async def file(request: Request) -> Response:
        visit = visits.of_token(request.path_params["token"])
        path = None if visit is None else _find(visit, request.path_params["number"], request.path_params["kind"])
        if path is None:
            return JSONResponse({"refused": "There is no such file."}, 404)
        shown = path.name == "view.png" or request.path_params["kind"] == "errors-view"
        headers = {"Cache-Control": "no-store"} | ({} if shown else {"Content-Disposition": _attached(path.name)})
        return FileResponse(path, headers=headers)

    async def everything(request: Request) -> Response:
        visit = visits.of_token(request.path_params["token"])
        if visit is None or not downloads(visit):
            return JSONResponse({"refused": "There is no such file."}, 404)
        return FileResponse(await _in_thread(_zip, visit), headers={"Content-Disposition": _attached("restored.zip")})

    app.add_api_route("/files/{token}/{option}", upload, methods=["POST"])
    app.add_api_route("/files/{token}/{option}", forget, methods=["DELETE"])
    app.add_api_route("/files/{token}/all/restored.zip", everything, methods=["GET"])
    app.add_api_route("/files/{token}/{number}/{kind}", file, methods=["GET"])


async def _take(request: Any, visit: Visit) -> dict[str, Any]:
    """Write what comes in to a file, as far as it is not too large, and make it a picture or the file of an option."""
    option, name = request.path_params["option"], unquote(request.headers.get("x-name", "picture"))
    bounds, path = visit.workshop.bounds, visit.new_file()
    declared = request.headers.get("content-length", "0")
    check_bytes(name, int(declared) if declared.isdigit() else 0, bounds)
    try:
        await asyncio.wait_for(_write(request, path, name, bounds), _UPLOAD_SECONDS)
        if option == "picture":
            return {"number": (await _in_thread(visit.add, name, path)).number}
        picture = visit.pictures.get(request.query_params.get("picture", ""))
        return {"name": await _in_thread(visit.add_file, option, name, path, picture)}
    except TimeoutError:
        raise Refused(f"{name} took too long to arrive.") from None
    finally:
        path.unlink(missing_ok=True)


async def _write(request: Any, path: Path, name: str, bounds: Bounds) -> None:
    size = 0
    with path.open("wb") as file:
        async for chunk in request.stream():
            size += len(chunk)
            check_bytes(name, size, bounds)
            file.write(chunk)
    if not size:
        raise Refused(f"{name} is empty.")


async def _in_thread(function: Callable[..., Any], *arguments: Any) -> Any:
    from starlette.concurrency import run_in_threadpool

    return await run_in_threadpool(function, *arguments)


def _find(visit: Visit, number: str, kind: str) -> Path | None:
    picture: VisitedPicture | None = visit.pictures.get(number)
    if picture is None:
        return None
    if kind == "before":
        return picture.view if picture.view.is_file() else None
    if kind == "blur":
        return picture.kernel if picture.blur is not None else None
    if kind in picture.files:
        return picture.files[kind]
    return None if picture.restoration is None else picture.restoration.files.get(kind)


def _zip(visit: Visit) -> Path:
    path = visit.folder / "restored.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, source in downloads(visit).items():
            archive.write(source, name)
    return path


def _attached(name: str) -> str:
    """The header by which a browser keeps a file under ``name``."""
    return f"attachment; filename*=utf-8''{quote(name)}"
