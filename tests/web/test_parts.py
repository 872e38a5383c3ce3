from pathlib import Path

from preimage.web.command import Wish
from preimage.web.findings import Findings, SeenBlur
from preimage.web.parts import facts_part, files_part, outcome_part, stage_part, status_part
from preimage.web.visit import Visit
from tests.web.doubles import bring, until, workshop


def facts(visit: Visit, findings: Findings, name: str = "a.png") -> str:
    """What is told of a picture in which this was found."""
    picture = visit.pictures[bring(visit, name)]
    picture.looking.seen = (findings.to_values(),)
    return facts_part(visit, picture)


def test_what_was_found_is_told_in_words(tmp_path: Path) -> None:
    with workshop(tmp_path) as shop:
        visit = Visit(shop, tmp_path / "visit")
        assert facts_part(visit, None) == ""
        told = facts(visit, Findings(6000, 4000, 3, 8, "JPEG", 0.04, True, 80, True), "a&b.png")
        assert "a&amp;b.png" in told
        for words in ("6,000", "8-bit colour JPEG", "noise 10.2 of 255, more where it is bright", "JPEG quality 80<"):
            assert words in told
        told = facts(visit, Findings(5, 4, 1, 16, "TIFF", 0.0, False, 35, False, 3.0, 2.04))
        assert "no noise seen, 3 pixels coarse" not in told
        assert "no noise seen" in told
        assert "enlarged 2.0 times before" in told
        assert "JPEG quality 35, by its traces" in told
        visit.end()


def test_the_blur_is_told_with_its_kernel(tmp_path: Path) -> None:
    with workshop(tmp_path) as shop:
        visit = Visit(shop, tmp_path / "visit")
        picture = visit.pictures[bring(visit)]
        assert "blur" not in facts_part(visit, picture)
        visit.look_further()
        until(lambda: not visit.is_busy)
        assert picture.blurring is not None
        told = facts_part(visit, picture)
        assert "blurred: a Gaussian of standard deviation 2.00 pixels" in told
        assert f'src="/files/{visit.token}/{picture.number}/blur"' in told
        for is_sharp, is_sure, words in (
            (True, True, "no blur seen"),
            (True, False, "no blur seen"),
            (False, False, "no blur that is sure"),
        ):
            picture.blurring.seen = (SeenBlur("a kernel of 3x3 pixels", is_sharp, is_sure).to_values(),)
            told = facts_part(visit, picture)
            assert words in told
            assert "<img" not in told
        visit.end()


def test_no_part_shows_a_place_of_this_computer(tmp_path: Path) -> None:
    with workshop(tmp_path) as shop:
        visit = Visit(shop, tmp_path / "visit")
        assert "Drop pictures here" in stage_part(visit, None, False)
        assert files_part(visit, "") == status_part([]) == outcome_part(visit, None) == ""
        picture, other = (visit.pictures[bring(visit, name)] for name in ("<i>.png", "b.png"))
        upload = visit.new_file()
        upload.write_bytes(b"1")
        visit.add_file("mask", "mask.png", upload, picture)
        parts = [stage_part(visit, picture, True)]
        assert 'mask="/files/' in parts[0]
        assert "after=" not in parts[0]
        for one, task in ((picture, "denoise"), (other, "flash")):
            settings = {"flash": "b.png"} if task == "flash" else {}
            visit.restore(one, Wish(task, settings))
            parts.append(status_part(visit.pictures.values()))
        until(lambda: not visit.is_busy)
        for one in (picture, other):
            parts += [stage_part(visit, one, False), outcome_part(visit, one), files_part(visit, one.number)]
        whole = "".join(parts)
        assert str(tmp_path) not in whole
        assert "<i>.png" not in whole
        assert "after=" in whole
        assert 'errors-top="13 of 255" errors-share="90 %"' in whole
        assert "preimage restore denoise &#x27;i.png&#x27;" in whole or "preimage restore denoise i.png" in whole
        assert "The picture must be better, got a.png" in whole
        visit.end()


def test_a_wish_that_is_refused_says_why() -> None:
    assert "Paint &lt;first" in status_part([], "Paint <first")
