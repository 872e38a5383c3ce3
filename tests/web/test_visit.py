from pathlib import Path

import pytest

from preimage.web.command import Wish
from preimage.web.form import UPLOADED
from preimage.web.limits import Bounds, Refused
from preimage.web.visit import Visit, downloads
from tests.web.doubles import bring, cpu_seconds, until, workshop


def test_a_picture_is_looked_at_restored_and_forgotten(tmp_path: Path) -> None:
    with workshop(tmp_path) as shop:
        visit = Visit(shop, tmp_path / "visit")
        picture = visit.pictures[bring(visit, "ä b.png")]
        assert picture.findings is not None
        assert picture.findings.noise == 0.04
        assert picture.view.is_file()
        before = picture.path.read_bytes()
        visit.restore(picture, Wish("denoise", save_as=".tif"))
        until(lambda: not visit.is_busy)
        restoration = picture.restoration
        assert restoration is not None
        assert restoration.words == ("restore", "denoise", "ä b.png", "-o", "ä b-denoised.tif")
        assert set(restoration.files) == {"picture", "record", "view"}
        assert set(downloads(visit)) == {"ä b-denoised.tif", "ä b-denoised.json"}
        visit.restore(picture, Wish("denoise"))
        until(lambda: not visit.is_busy)
        assert not restoration.folder.exists()
        assert picture.path.read_bytes() == before
        visit.remove(picture.number)
        assert not any(visit.folder.iterdir())
        visit.end()
        assert not visit.folder.exists()


def test_masks_are_of_a_picture_and_kernels_of_all(tmp_path: Path) -> None:
    with workshop(tmp_path) as shop:
        visit = Visit(shop, tmp_path / "visit")
        first, second = (visit.pictures[bring(visit, name)] for name in ("a.png", "b.png"))
        with pytest.raises(Refused, match="kernel is still missing"):
            visit.restore(first, Wish("deblur", {"kernel": UPLOADED}))
        for name, picture in (("a.png", first), ("kernel.png", None)):
            upload = visit.new_file()
            upload.write_bytes(b"1")
            visit.add_file("mask" if picture else "kernel", name, upload, picture)
        visit.restore(first, Wish("inpaint"))
        assert first.restoration is not None
        assert first.restoration.words[2:] == ("a.png", "--mask", "a-2.png")
        for picture in (first, second):
            visit.restore(picture, Wish("superresolve"))
            assert picture.restoration is not None
            assert "--kernel" not in picture.restoration.words
        visit.restore(second, Wish("superresolve", {"kernel": UPLOADED}))
        assert second.restoration is not None
        assert second.restoration.words[3:] == ("--kernel", "kernel.png")
        visit.drop_file("kernel", None)
        assert visit.files == {}
        visit.end()


def test_cancel_stops_everything(tmp_path: Path) -> None:
    with workshop(tmp_path, places=1) as shop:
        visit = Visit(shop, tmp_path / "visit")
        pictures = [visit.pictures[bring(visit, name)] for name in ("a.png", "b.png")]
        for picture in pictures:
            visit.restore(picture, Wish("deblur", {"kernel": "gaussian:2"}))
        runs = [picture.restoration for picture in pictures if picture.restoration is not None]
        until(lambda: any(run.work.share for run in runs))
        pids = [run.work.helper.pid for run in runs if run.work.helper is not None]
        assert visit.is_busy  # with what ends only when it is told to
        visit.cancel()
        assert not visit.is_busy
        assert pids
        assert all(cpu_seconds(pid) is None for pid in pids)
        assert [run.work.state for run in runs] == ["cancelled", "cancelled"]
        visit.end()


def test_the_blur_is_looked_for_when_nothing_else_goes_on_and_gives_way(tmp_path: Path) -> None:
    with workshop(tmp_path) as shop:
        visit = Visit(shop, tmp_path / "visit")
        visit.look_further()
        first, second = (visit.pictures[bring(visit, name)] for name in ("a.png", "b.png"))
        visit.choose(second.number)
        shop.line.places = 0  # the search waits
        visit.look_further()
        assert (first.blurring, second.blur) == (None, None)
        search = second.blurring
        assert search is not None
        visit.restore(first, Wish("denoise"))
        assert (search.state, second.blurring) == ("cancelled", None)
        visit.look_further()
        assert second.blurring is None
        shop.line.places = 2
        until(lambda: not visit.is_busy)
        visit.look_further()
        until(lambda: second.blur is not None)
        assert second.kernel.read_bytes() == b"a kernel"
        assert first.blur is None
        until(lambda: len(shop.helpers.waiting) == 1)
        visit.end()


def test_what_is_refused_leaves_nothing(tmp_path: Path) -> None:
    with workshop(tmp_path, bounds=Bounds(files=1)) as shop:
        visit = Visit(shop, tmp_path / "visit")
        upload = visit.new_file()
        upload.write_text("hello")
        with pytest.raises(Refused, match=r"notes\.txt is not a picture"):
            visit.add("notes.txt", upload)
        assert not any(visit.folder.iterdir())
        bring(visit)
        with pytest.raises(Refused, match="At most 1 pictures"):
            bring(visit)
        visit.end()


def test_a_mask_is_painted_until_there_is_a_result_of_that_task(tmp_path: Path) -> None:
    with workshop(tmp_path) as shop:
        visit = Visit(shop, tmp_path / "visit")
        picture = visit.pictures[bring(visit)]
        visit.choose(picture.number)
        assert visit.shown is picture
        visit.restore(picture, Wish("denoise"))
        assert not picture.painting
        visit.turn("inpaint")
        assert picture.painting
        visit.restore(picture, Wish("inpaint"))
        visit.turn("inpaint")
        assert not picture.painting
        visit.end()
