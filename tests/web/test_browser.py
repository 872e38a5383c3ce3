"""The page in a browser, with the real command line behind it."""

import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageFilter

from preimage.cli import app
from preimage.restore import read_kernel
from preimage.restore.table import find_task
from preimage.web.form import title_of
from tests.web.doubles import cpu_seconds
from tests.web.test_limits import huge_png

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LACKING = CHROMIUM is None or any(importlib.util.find_spec(name) is None for name in ("gradio", "playwright"))

pytestmark = [
    pytest.mark.skipif(LACKING, reason="needs gradio, playwright and a Chromium of the system"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

WAIT = 120_000
# Where what moves while one waits may keep still, it takes less of the processor.
QUIET: dict[str, Any] = {"accept_downloads": True, "reduced_motion": "reduce"}


@dataclass(frozen=True)
class Served:
    """A server: its address and its process."""

    url: str
    pid: int


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A page; its temporary files are gone when it ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    command = [sys.executable, "-m", "preimage", "serve", "--port", str(port)]
    environment = {**os.environ, "TMPDIR": str(folder), "OMP_NUM_THREADS": "1"}  # as here: the last bit depends on it
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert f"http://127.0.0.1:{port}" in process.stdout.readline()
        yield Served(f"http://127.0.0.1:{port}", process.pid)
        process.send_signal(2)
        assert "has ended" in process.stdout.read()
        assert process.wait(30) == 0
    assert list(folder.iterdir()) == []


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright

    arguments = ["--disable-gpu", "--no-sandbox"]  # nothing is drawn in three dimensions
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield started
        started.close()


@pytest.fixture(scope="module")
def context(browser: "Browser") -> Iterator["BrowserContext"]:
    """What pages share: scripts that are kept."""
    with browser.new_context(**QUIET) as shared:
        yield shared


@pytest.fixture
def page(context: "BrowserContext", server: Served) -> Iterator["Page"]:
    yield from opened(context, server.url)


def opened(context: "BrowserContext", server: str) -> Iterator["Page"]:
    """A new page; nothing is asked for elsewhere, and nothing goes wrong in it."""
    shown, asked, wrong = context.new_page(), list[str](), list[str]()
    shown.set_default_timeout(WAIT)
    shown.on("request", lambda request: asked.append(request.url))
    shown.on("pageerror", lambda error: wrong.append(str(error)))
    shown.goto(server)
    shown.wait_for_selector("#stage [data-token]")
    yield shown
    shown.close()
    assert [url for url in asked if not url.startswith((f"{server}/", "data:", f"blob:{server}/"))] == []
    assert wrong == []


def bring(page: "Page", *files: Path | dict[str, Any]) -> None:
    with page.expect_file_chooser() as chooser:
        page.locator("[data-open]").last.click()
    chooser.value.set_files(list(files))  # pyright: ignore[reportArgumentType]


def choose_task(page: "Page", name: str) -> None:
    title = re.compile(rf"^\s*{re.escape(title_of(find_task(name)))}\s*$")
    page.locator("#task label").filter(has_text=title).click()
    page.wait_for_timeout(500)


def download(page: "Page", kind: str, folder: Path) -> Path:
    with page.expect_download() as loading:
        page.locator(f'#outcome a[data-kind="{kind}"]').click()
    path = folder / loading.value.suggested_filename
    loading.value.save_as(path)
    return path


def photograph(path: Path, height: int = 48, width: int = 64) -> Path:
    """A noisy picture of 16 bits."""
    rows, columns = np.mgrid[:height, :width]
    clean = (0.5 + 0.3 * np.sin(columns / 9) * np.cos(rows / 7))[..., None] * np.array([1, 0.8, 0.6])
    noisy = clean + np.random.default_rng(0).normal(0, 0.04, clean.shape)
    tifffile.imwrite(path, (65535 * noisy.clip(0, 1)).astype(np.uint16))
    return path


def words_of_command(page: "Page") -> list[str]:
    words = page.locator("#outcome code").first.inner_text().split()
    assert words[0] == "preimage"
    return words[1:]


def run(words: list[str], folder: Path) -> None:
    """Run a command there, in this process: to start another takes seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert app.run(words) == 0


def test_a_16_bit_tiff_comes_back_as_the_command_line_writes_it(page: "Page", tmp_path: Path) -> None:
    bring(page, photograph(tmp_path / "photo.tif"))
    page.wait_for_selector("#facts b")
    assert "16-bit colour TIFF" in page.inner_text("#facts")
    noise = re.search(r"noise ([\d.]+) of 255", page.inner_text("#facts"))
    assert noise is not None
    assert abs(float(noise[1]) - 10) < 3
    choose_task(page, "denoise")
    page.click("#restore")
    divider = page.locator('input[type="range"][aria-label="Before and after"]')
    divider.wait_for()
    assert page.locator("preimage-viewer img").count() == 2
    assert page.locator("preimage-viewer").evaluate("e => e.frame.style.getPropertyValue('--at')") == "50%"
    divider.press("ArrowLeft")
    assert page.locator("preimage-viewer").evaluate("e => e.frame.style.getPropertyValue('--at')") != "50%"
    page.click('[data-scale="full"]')
    assert page.locator(".pi-frame").bounding_box()["width"] == 64  # pyright: ignore[reportOptionalSubscript]
    page.click('[data-scale="fit"]')
    page.set_viewport_size({"width": 700, "height": 700})
    page.set_viewport_size({"width": 360, "height": 700})
    page.wait_for_function("document.documentElement.scrollWidth === 360")
    folder = tmp_path / "downloaded"
    folder.mkdir()
    picture, record = download(page, "picture", folder), download(page, "record", folder)
    assert tifffile.imread(picture).dtype == np.uint16
    run(words_of_command(page), tmp_path)
    assert picture.read_bytes() == (tmp_path / picture.name).read_bytes()
    shutil.copy(tmp_path / "photo.tif", folder)
    run(["restore", "denoise", "--from-json", record.name, "-o", "again.tif"], folder)
    assert picture.read_bytes() == (folder / "again.tif").read_bytes()
    assert json.loads(record.read_text())["input"]["path"] == "photo.tif"
    for place in ("/tmp", str(Path.home()), str(tmp_path)):
        assert place not in page.content()
        assert place not in record.read_text()


def test_the_kernel_of_a_blur_is_shown(page: "Page", tmp_path: Path) -> None:
    sharp = np.kron(np.random.default_rng(0).integers(60, 200, (8, 8)), np.ones((8, 8))).astype(np.uint8)
    Image.fromarray(sharp).filter(ImageFilter.GaussianBlur(1.5)).save(tmp_path / "soft.png")
    bring(page, tmp_path / "soft.png")
    kernel = page.locator("#facts .pi-kernel")
    kernel.wait_for()
    assert "blurred: " in page.inner_text("#facts")
    page.wait_for_function("document.querySelector('#facts .pi-kernel').naturalWidth > 2")
    with page.expect_download() as loading:
        kernel.click()
    loading.value.save_as(tmp_path / "kernel.png")
    assert abs(float(read_kernel(str(tmp_path / "kernel.png")).sum()) - 1) < 1e-5


def test_what_is_painted_is_filled_in(page: "Page", tmp_path: Path) -> None:
    Image.fromarray(np.full((40, 60, 3), (90, 120, 150), np.uint8)).save(tmp_path / "a.png")
    bring(page, tmp_path / "a.png")
    page.wait_for_selector("#facts b")
    choose_task(page, "inpaint")
    page.wait_for_selector('canvas[data-ready="true"]')
    page.click("#restore")
    page.wait_for_selector('#status [role="alert"]')
    assert "Paint over what is to be filled in on a.png" in page.inner_text("#status")
    page.locator(".pi-paint").scroll_into_view_if_needed()  # the form is longer than the window
    box = page.locator(".pi-paint").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.5 * box["height"], steps=4)
    page.mouse.up()
    page.click("#restore")
    page.wait_for_selector("#outcome .pi-main")
    assert words_of_command(page) == ["restore", "inpaint", "a.png", "--mask", "a-mask.png"]
    with page.expect_download() as loading:
        page.locator("#outcome a", has_text="Mask").click()
    loading.value.save_as(tmp_path / "a-mask.png")
    mask = np.asarray(Image.open(tmp_path / "a-mask.png").convert("L"))
    assert mask.shape == (40, 60)
    assert set(np.unique(mask)) == {0, 255}
    assert mask[20, 24] == mask[20, 30] == mask[20, 36] == 255
    assert 0 < (mask == 255).mean() < 0.3
    assert mask[5, 5] == mask[35, 55] == 0
    picture = download(page, "picture", tmp_path)
    downloaded = picture.read_bytes()
    picture.unlink()
    run(words_of_command(page), tmp_path)
    assert picture.read_bytes() == downloaded


def test_cancel_stops_the_computation(page: "Page", server: Served, tmp_path: Path) -> None:
    bring(page, photograph(tmp_path / "photo.tif", 512, 512))
    page.wait_for_selector("#facts b")
    choose_task(page, "deblur")
    page.click("#restore")
    page.wait_for_function("/[1-9]\\d* %|At work for [1-9]/.test(document.querySelector('#status').innerText)")
    at_work = min(children_of(server.pid))  # the others were started later, to wait for work
    before = cpu_seconds(at_work)
    assert before is not None
    page.click("#cancel")
    began, spent = time.monotonic(), before
    while (now := cpu_seconds(at_work)) is not None and time.monotonic() - began < 30:
        spent = now
        time.sleep(0.02)
    assert cpu_seconds(at_work) is None
    assert spent - before < 2
    page.wait_for_function("document.querySelector('#outcome').innerText.includes('Cancelled')")
    page.wait_for_selector("#restore:not([disabled])")


def children_of(pid: int) -> list[int]:
    """The processes that ``pid`` has started and that are there."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout
    return [int(line) for line in listed.split() if cpu_seconds(int(line)) is not None]


def test_what_cannot_be_taken_is_refused_in_plain_words(page: "Page", tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with (tmp_path / "large.tif").open("wb") as file:
        file.truncate(200 * 10**6)
    for path, words in (
        (tmp_path / "notes.txt", "notes.txt is not a picture. Drop a PNG, JPEG, TIFF, WebP or BMP file."),
        (huge_png(tmp_path / "huge.png"), "huge.png has too many pixels: 20,000 by 20,000"),
        (tmp_path / "large.tif", "large.tif is too large: 200 MB, where at most 150 MB are taken here."),
    ):
        bring(page, path)
        notice = page.locator(".pi-notice.pi-wrong", has_text=words)
        notice.wait_for()
        notice.locator("button").click()
    assert page.locator(".pi-file").count() == 0


def test_two_visitors_do_not_see_each_other(
    browser: "Browser", context: "BrowserContext", server: Served, tmp_path: Path
) -> None:
    stranger = browser.new_context(**QUIET)
    first, second = opened(context, server.url), opened(stranger, server.url)
    mine, other = next(first), next(second)
    for page, name in ((mine, "mine.tif"), (other, "other.tif")):
        bring(page, photograph(tmp_path / name))
    for page, name, foreign in ((mine, "mine.tif", "other"), (other, "other.tif", "mine")):
        page.wait_for_selector("#facts b")
        assert page.inner_text("#facts b") == name
        assert foreign not in page.content()
        choose_task(page, "denoise")
        page.click("#restore")
    for page in (mine, other):
        page.wait_for_selector("#outcome .pi-main")
    address = mine.locator("#outcome .pi-main").get_attribute("href") or ""
    tokens = [page.locator("#stage [data-token]").get_attribute("data-token") or "" for page in (mine, other)]
    assert mine.request.get(f"{server.url}{address}").status == 200
    assert other.request.get(f"{server.url}{address.replace(*tokens)}").status == 200
    assert other.request.get(f"{server.url}{address.replace(tokens[0], 'x' * 24)}").status == 404
    assert other.request.get(f"{server.url}/gradio_api/file=/etc/passwd").status == 404
    assert mine.locator(".pi-file").count() == other.locator(".pi-file").count() == 1
    for visit in (first, second):
        next(visit, None)
    stranger.close()
