import asyncio
from pathlib import Path

import pytest

from preimage.web.limits import Refused
from preimage.web.scene import Showing, begin, scene_of, scenes
from preimage.web.visit import Visit
from tests.web.doubles import bring, workshop


async def all_of(visit: Visit) -> list[Showing]:
    return [scene async for scene in scenes(visit)]


def test_scenes_go_on_until_nothing_changes(tmp_path: Path) -> None:
    with workshop(tmp_path) as shop:
        visit = Visit(shop, tmp_path / "visit")
        assert not scene_of(visit).can_restore
        bring(visit)
        assert scene_of(visit).can_restore
        begin(visit, "denoise", {}, 1.0, "")
        begun = scene_of(visit)
        assert begun.can_cancel != ("after=" in begun.stage)  # at work, unless it was done before one could look
        last = asyncio.run(all_of(visit))[-1]
        assert last.can_restore
        assert not last.can_cancel
        assert "Download picture" in last.outcome
        assert "after=" in last.stage
        visit.end()


def test_pictures_that_are_still_looked_at_are_restored_too(tmp_path: Path) -> None:
    with workshop(tmp_path) as shop:
        visit = Visit(shop, tmp_path / "visit")
        pictures = [visit.pictures[bring(visit, name)] for name in ("a.png", "b.png", "c.png")]
        pictures[1].looking.state, pictures[2].looking.state = "working", "failed"
        begin(visit, "denoise", {}, 1.0, "")
        assert [picture.restoration is not None for picture in pictures] == [True, True, False]
        visit.end()


def test_a_mask_is_asked_for_where_nothing_else_tells_what_is_missing(tmp_path: Path) -> None:
    with workshop(tmp_path) as shop:
        visit = Visit(shop, tmp_path / "visit")
        number = bring(visit)
        visit.turn("inpaint")
        assert "paint=" in scene_of(visit).stage
        with pytest.raises(Refused, match=r"Paint over what is to be filled in on a\.png"):
            begin(visit, "inpaint", {}, 1.0, "")
        assert visit.pictures[number].restoration is None
        assert "Paint over" in scene_of(visit, "Paint over").status
        visit.end()
