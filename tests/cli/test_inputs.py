import pytest

from preimage.cli.inputs import SUFFIXES, plan
from preimage.errors import ArgumentError, ImageFileError
from preimage.files import image_header


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("a.png", "b.JPG", "notes.txt", ".hidden.png"):
        (tmp_path / "in" / name).write_bytes(b"")
    return tmp_path / "in"


def test_suffixes_are_those_of_restore():
    assert set(image_header.SUFFIXES) == SUFFIXES


def test_one_file_goes_to_one_file(folder, tmp_path):
    (job,), single = plan([str(folder / "a.png")], tmp_path / "out.tif", None)
    assert single
    assert (job.output.name, job.record.name, job.compare) == ("out.tif", "out.json", None)


def test_one_file_goes_into_a_folder_that_exists(folder, tmp_path):
    (job,), single = plan([str(folder / "a.png")], tmp_path, tmp_path / "c.png")
    assert single
    assert (job.output, job.record, job.compare) == (tmp_path / "a.png", tmp_path / "a.json", tmp_path / "c.png")


@pytest.mark.parametrize("text", ["{}", "{}/*.[pJ]*"])
def test_folders_and_patterns_go_into_a_folder(folder, tmp_path, text):
    jobs, single = plan([text.format(folder)], tmp_path / "out", tmp_path / "side")
    assert not single
    assert [job.output.name for job in jobs] == ["a.png", "b.JPG"]
    assert [job.compare.name for job in jobs] == ["a.png", "b.png"]
    assert (tmp_path / "out").is_dir()
    assert (tmp_path / "side").is_dir()


def test_pictures_of_one_stem_have_records_of_their_own(folder, tmp_path):
    (folder / "a.jpg").write_bytes(b"")
    jobs, _ = plan([str(folder)], tmp_path / "out", None)
    assert sorted(job.record.name for job in jobs) == ["a.jpg.json", "a.png.json", "b.json"]


def test_what_cannot_be_is_refused(folder, tmp_path):
    a = str(folder / "a.png")
    (tmp_path / "empty").mkdir()
    for inputs, output, message in (
        ([], tmp_path, "INPUT"), ([a], None, "--output"), ([str(folder)], tmp_path / "out.png", "must be a folder"),
        ([a, a], tmp_path / "out", "twice"), ([str(tmp_path / "empty")], tmp_path / "out", "got none in"),
        ([f"{folder}/*.bmp"], tmp_path / "out", "got none in"), ([str(folder)], folder / "a.png" / "x", "folder"),
    ):  # fmt: skip
        with pytest.raises((ArgumentError, ImageFileError), match=message):
            plan(inputs, output, None)
