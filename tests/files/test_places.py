from pathlib import Path

import pytest

from preimage.files.places import base_name, record_beside, records_beside


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("w.ome.zarr", "w"),
        ("w.ome.tif", "w"),
        ("head.v2.nii.gz", "head.v2"),
        ("scan.01.tif", "scan.01"),
        ("photo.PNG", "photo"),
        ("k.npy", "k"),
        ("mine.v3.safetensors", "mine.v3"),
        (".tif", ".tif"),
    ],
)
def test_names_lose_the_whole_suffix_of_their_format(name: str, base: str) -> None:
    assert base_name(Path("x") / name) == base
    assert record_beside(Path("x") / name) == Path("x") / f"{base}.json"


def test_outputs_that_are_made_together_share_no_record() -> None:
    names = ("o/a.png", "o/A.jpg", "o/b.tif", "o/b.ome.tif", "p/a.png", "o/c.v1.png")
    assert [str(path) for path in records_beside([Path(name) for name in names])] == [
        "o/a.png.json", "o/A.jpg.json", "o/b.tif.json", "o/b.ome.tif.json", "p/a.json", "o/c.v1.json",
    ]  # fmt: skip
