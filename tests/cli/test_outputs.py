import pytest

from preimage.cli.outputs import make_folders, plan
from preimage.errors import ArgumentError, ImageFileError


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("a.png", "b.JPG", "notes.txt", ".hidden.png"):
        (tmp_path / "in" / name).write_bytes(b"")
    return tmp_path / "in"


def test_one_file_goes_to_one_file(folder, tmp_path):
    planned = plan([str(folder / "a.png")], tmp_path / "out.tif", None)
    (job,) = planned.jobs
    assert planned.single
    assert (job.output.name, job.record.name, job.compare) == ("out.tif", "out.json", None)


def test_one_file_goes_into_a_folder_that_exists(folder, tmp_path):
    planned = plan([str(folder / "a.png")], tmp_path, tmp_path / "c.png")
    (job,) = planned.jobs
    assert planned.single
    assert (job.output, job.record, job.compare) == (tmp_path / "a.png", tmp_path / "a.json", tmp_path / "c.png")


@pytest.mark.parametrize("text", ["{}", "{}/*.[pJ]*"])
def test_folders_and_patterns_go_into_a_folder(folder, tmp_path, text):
    planned = plan([text.format(folder)], tmp_path / "out", tmp_path / "side")
    jobs = planned.jobs
    assert not planned.single
    assert not (tmp_path / "out").exists()
    make_folders(jobs, planned.single)
    assert [job.output.name for job in jobs] == ["a.png", "b.JPG"]
    assert [job.compare.name for job in jobs] == ["a.png", "b.png"]
    assert (tmp_path / "out").is_dir()
    assert (tmp_path / "side").is_dir()


def test_pictures_of_one_stem_have_records_of_their_own(folder, tmp_path):
    (folder / "a.jpg").write_bytes(b"")
    jobs = plan([str(folder)], tmp_path / "out", None).jobs
    assert sorted(job.record.name for job in jobs) == ["a.jpg.json", "a.png.json", "b.json"]


def test_what_cannot_be_is_refused(folder, tmp_path):
    a = str(folder / "a.png")
    (tmp_path / "empty").mkdir()
    for inputs, output, message in (
        ([], tmp_path, "INPUT"), ([str(folder)], tmp_path / "out.png", "must be a folder"),
        ([a, a], tmp_path / "out", "twice"), ([str(tmp_path / "empty")], tmp_path / "out", "got none in"),
        ([f"{folder}/*.bmp"], tmp_path / "out", "got none in"), ([str(folder)], folder / "a.png" / "x", "folder"),
    ):  # fmt: skip
        with pytest.raises((ArgumentError, ImageFileError), match=message):
            make_folders(plan(inputs, output, None).jobs, False)


def test_results_go_beside_what_was_given(folder, tmp_path, monkeypatch):
    def outputs(inputs, task="denoise", **options):
        return [job.output for job in plan(inputs, None, None, task, **options).jobs]

    a = folder / "a.png"
    assert outputs([str(a)]) == [folder / "a-denoised.png"]
    assert outputs([str(a)], "superresolve") == [folder / "a-enlarged.png"]
    assert outputs([str(folder / "b.JPG")], "deblock") == [folder / "b-deblocked.png"]
    assert outputs([str(folder)]) == [tmp_path / "in-denoised" / name for name in ("a.png", "b.JPG")]
    assert outputs([str(a), str(folder)], "deblur")[0] == folder / "a-deblurred.png"
    monkeypatch.chdir(folder)
    assert outputs(["."]) == [tmp_path / "in-denoised" / name for name in ("a.png", "b.JPG")]
    (folder / "a-denoised.png").write_bytes(b"")
    planned = plan(["*.png"], None, None)
    assert [job.input.name for job in planned.jobs] == ["a.png"]
    assert [path.name for path in planned.passed_over] == ["a-denoised.png"]


def test_folders_inside_are_looked_into_when_told(folder, tmp_path):
    (folder / "deep" / "er").mkdir(parents=True)
    for name in ("a.png", "er/c.tif", "er/text.md"):
        (folder / "deep" / name).write_bytes(b"")
    planned = plan([str(folder)], folder / "out", tmp_path / "side", recursive=True)
    assert [job.output.relative_to(folder / "out").as_posix() for job in planned.jobs] == [
        "a.png", "b.JPG", "deep/a.png", "deep/er/c.tif",
    ]  # fmt: skip
    assert [job.record.relative_to(folder / "out").as_posix() for job in planned.jobs][2] == "deep/a.json"
    assert planned.jobs[3].compare == tmp_path / "side" / "deep" / "er" / "c.png"
    assert [path.name for path in planned.passed_over] == ["text.md", "notes.txt"]
    make_folders(planned.jobs, planned.single)
    (folder / "out" / "deep" / "a.png").write_bytes(b"")  # results are not looked into again
    assert len(plan([str(folder)], folder / "out", None, recursive=True).jobs) == 4
    plain = plan([str(folder)], tmp_path / "out", None)
    assert [path.name for path in plain.passed_over] == ["deep", "notes.txt", "out"]
    with pytest.raises(ImageFileError, match="--recursive"):
        plan([str(tmp_path)], tmp_path / "out", None)
