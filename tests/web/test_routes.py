import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from preimage.web.command import Wish
from preimage.web.limits import Bounds
from preimage.web.visit import Visit
from preimage.web.visits import Visits
from tests.web.doubles import until, workshop

pytest.importorskip("starlette")

from starlette.applications import Starlette
from starlette.testclient import TestClient


class App(Starlette):
    """What routes are added to: FastAPI is not needed for that."""

    def add_api_route(self, path: str, endpoint: object, methods: list[str]) -> None:
        self.add_route(path, endpoint, methods)  # pyright: ignore[reportArgumentType]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[TestClient, Visits]]:
    from preimage.web.routes import add_routes

    with workshop(tmp_path, bounds=Bounds(megabytes=1)) as shop:
        app, visits = App(), Visits(shop, tmp_path)
        add_routes(app, visits)
        yield TestClient(app), visits
        visits.end()


def png(width: int = 8) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, 6)).save(file, "PNG")
    return file.getvalue()


def upload(client: TestClient, visit: Visit, name: str, data: bytes, option: str = "picture") -> dict[str, str]:
    return client.post(f"/files/{visit.token}/{option}", content=data, headers={"X-Name": name}).json()


def test_files_come_in_and_go_out(place: tuple[TestClient, Visits]) -> None:
    client, visits = place
    visit = visits.of_page("a")
    number = upload(client, visit, "%C3%A4.png", png())["number"]
    until(lambda: not visit.is_busy)
    assert client.get(f"/files/{visit.token}/{number}/before").content == png()
    assert client.get(f"/files/{visit.token}/{number}/blur").status_code == 404
    visit.look_further()
    until(lambda: not visit.is_busy)
    assert client.get(f"/files/{visit.token}/{number}/blur").content == b"a kernel"
    assert upload(client, visit, "mask.png", b"1", f"mask?picture={number}") == {"name": "mask.png"}
    assert client.get(f"/files/{visit.token}/{number}/mask").content == b"1"
    assert client.delete(f"/files/{visit.token}/mask?picture={number}").json() == {}
    assert client.get(f"/files/{visit.token}/{number}/mask").status_code == 404
    visit.restore(visit.pictures[number], Wish("denoise"))
    until(lambda: not visit.is_busy)
    got = client.get(f"/files/{visit.token}/{number}/picture")
    assert got.content == png()[::-1]
    assert got.headers["content-disposition"] == "attachment; filename*=utf-8''%C3%A4-denoised.png"
    with zipfile.ZipFile(io.BytesIO(client.get(f"/files/{visit.token}/all/restored.zip").content)) as archive:
        assert archive.read("ä-denoised.png") == png()[::-1]
        assert set(archive.namelist()) == {"ä-denoised.png", "ä-denoised.json"}


def test_what_is_refused_is_refused_in_plain_words(place: tuple[TestClient, Visits]) -> None:
    client, visits = place
    visit = visits.of_page("a")
    assert upload(client, visit, "notes.txt", b"hello")["refused"].startswith("notes.txt is not a picture.")
    assert upload(client, visit, "a.png", bytes(2 * 10**6))["refused"].startswith("a.png is too large: 2 MB")
    assert upload(client, visit, "a.png", b"")["refused"] == "a.png is empty."
    assert not any(visit.folder.iterdir())


def test_large_bodies_are_refused_as_they_come(place: tuple[TestClient, Visits]) -> None:
    client, visits = place
    visit = visits.of_page("a")

    def chunks() -> Iterator[bytes]:
        for _ in range(40):
            yield bytes(10**5)

    answer = client.post(f"/files/{visit.token}/picture", content=chunks(), headers={"X-Name": "a.png"}).json()
    assert "too large" in answer["refused"]
    assert not any(visit.folder.iterdir())


def test_visitors_do_not_see_each_others_files(place: tuple[TestClient, Visits]) -> None:
    client, visits = place
    mine, other = visits.of_page("a"), visits.of_page("b")
    number = upload(client, mine, "a.png", png())["number"]
    until(lambda: not mine.is_busy)
    assert client.get(f"/files/{mine.token}/{number}/before").status_code == 200
    for path in (
        f"{other.token}/{number}/before",
        f"x/{number}/before",
        "x/all/restored.zip",
        f"{mine.token}/9/before",
    ):
        assert client.get(f"/files/{path}").status_code == 404
    assert client.post("/files/x/picture", content=png()).status_code == 404
    assert client.get(f"/files/{mine.token}/{number}/..%2f..%2fa").status_code == 404
