from pathlib import Path

from preimage.web.command import Wish
from preimage.web.errand import Errand
from preimage.web.picture import VIEW, Restoration, VisitedPicture
from preimage.web.workshop import Assignment
from tests.web.doubles import until, workshop


def test_files_can_be_had_when_the_work_is_done(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"12")
    with workshop(tmp_path) as shop:
        picture = VisitedPicture("1", path, Assignment(shop, "a", Errand(str(tmp_path), look_at=("a.png",))))
        assert (picture.name, picture.view.name, picture.findings) == ("a.png", VIEW, None)
        assert picture.is_busy
        picture.looking.start()
        until(lambda: not picture.is_busy)
        assert picture.findings is not None
        words = ("restore", "denoise", "a.png")
        work = Assignment(shop, "a", Errand(str(tmp_path), words))
        restoration = Restoration(Wish("denoise"), words, tmp_path, "a-denoised.png", work)
        assert restoration.files == {}
        assert restoration.error_scale is None
        picture.begin(restoration)
        assert not picture.painting
        until(lambda: not picture.is_busy)
        assert set(restoration.files) == {"picture", "record"}
        assert restoration.error_scale == (0.05, 0.9)
        picture.paint()
        assert picture.painting
        picture.cancel()
