"""Many restorations on one page: whether memory and temporary files are back where they were.

``python benchmarks/web_jobs.py --jobs 50`` starts ``preimage serve``, restores small pictures one after another in a
Chromium of the system, and prints the resident memory of the server and of its helping processes, their number, and the
bytes of temporary files: before, on the way, and after the page was closed. It fails where they are not.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, sync_playwright

PORT, MEGABYTE = 7898, 2**20
MOST_GROWTH = 40  # MB of the server


def resident(pid: int) -> float:
    """The resident memory of a process, in MB; zero of one that has ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except FileNotFoundError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE


def helpers(pid: int) -> list[int]:
    """The helping processes of a server that are there."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout
    return [int(line) for line in listed.split() if resident(int(line))]


def temporary(folder: Path) -> tuple[int, int]:
    """How many files there are, and their bytes."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return len(files), sum(path.stat().st_size for path in files)


def tell(what: str, pid: int, folder: Path) -> tuple[float, int, int]:
    """Print a row; returns the memory of the server, the number of helpers and that of files."""
    at_work, (count, size) = helpers(pid), temporary(folder)
    memory = sum(resident(helper) for helper in at_work)
    print(f"{what:24} {resident(pid):7.0f} {len(at_work):8} {memory:9.0f} {count:6} {size / 1000:9.1f}", flush=True)
    return resident(pid), len(at_work), count


def restore(page: Page, number: int) -> None:
    """Restore what is on the page once more, and wait for it."""
    before = page.locator("#outcome a.pi-main").get_attribute("href") if number else ""
    page.click("#restore")
    page.wait_for_function(
        "before => { const link = document.querySelector('#outcome a.pi-main'); "
        "return link && link.getAttribute('href') !== before; }",
        arg=before,
    )


def main() -> int:
    """Print the table; returns 1 where something grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=50)
    jobs = parser.parse_args().jobs
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "tmp"
        folder.mkdir()
        picture = Path(place) / "a.png"
        Image.fromarray(np.random.default_rng(0).integers(60, 90, (24, 32, 3)).astype(np.uint8)).save(picture)
        command = [sys.executable, "-m", "preimage", "serve", "--port", str(PORT)]
        environment = {**os.environ, "TMPDIR": str(folder)}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
            assert server.stdout is not None
            server.stdout.readline()
            try:
                first, last = use(server.pid, folder, picture, jobs)
            finally:  # or else it would be waited for
                server.send_signal(signal.SIGINT)
        left = len(list(folder.iterdir()))
    print(f"after the end of the server: {left} files")
    return int(last[0] - first[0] > MOST_GROWTH or last[1] > first[1] or last[2] > first[2] or left > 0)


def use(pid: int, folder: Path, picture: Path, jobs: int) -> tuple[tuple[float, int, int], tuple[float, int, int]]:
    """Restore ``picture`` so many times; what there was after the first time and when the page was closed."""
    print(f"{'':24} {'server':>7} {'helpers':>8} {'memory':>9} {'files':>6} {'kB':>9}")
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        start = tell("before", pid, folder)
        page = browser.new_page()
        page.set_default_timeout(120_000)
        page.goto(f"http://127.0.0.1:{PORT}")
        with page.expect_file_chooser() as chooser:
            page.locator("[data-open]").last.click()
        chooser.value.set_files(picture)
        page.wait_for_selector("#facts b")
        warm = start
        for number in range(jobs):
            restore(page, number)
            if number == 0 or (number + 1) % 10 == 0:
                row = tell(f"after {number + 1}", pid, folder)
                warm = (row[0], start[1], start[2]) if number == 0 else warm
        page.close()
        browser.close()
    time.sleep(5)
    return warm, tell("after the page was closed", pid, folder)


if __name__ == "__main__":
    sys.exit(main())
