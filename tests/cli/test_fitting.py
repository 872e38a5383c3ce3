from pathlib import Path

from preimage.cli.fitting import choose_method
from preimage.cli.options import Fitting
from preimage.cli.outputs import FileJob
from preimage.cli.progress import bar
from preimage.files import ImageFile
from preimage.restore import Dip


def test_other_methods_are_their_names(tmp_path: Path) -> None:
    job = FileJob(tmp_path / "a.png", tmp_path / "b.png", tmp_path / "b.json")
    with bar("a") as shown:
        assert choose_method("drunet", Fitting(), job, shown) == "drunet"


def test_the_options_of_dip_are_its_fields_and_a_preview_is_a_file(tmp_path: Path, picture) -> None:
    job = FileJob(tmp_path / "a.png", tmp_path / "b.png", tmp_path / "b.json")
    with bar("a") as shown:
        plain = choose_method("dip", Fitting("paper", 3), job, shown)
        shows = choose_method("dip", Fitting(preview=0.5), job, shown)
    assert isinstance(plain, Dip)
    assert isinstance(shows, Dip)
    assert (plain.setting, plain.runs, plain.preview) == ("paper", 3, None)
    assert plain.tell == shown.tell
    assert shows.preview is not None
    assert shows.every == 0.5
    for _ in range(2):
        shows.preview(ImageFile.from_array(picture))
    assert (tmp_path / "b.preview.png").exists()
