from pathlib import Path
from typing import Any

import pytest

from preimage.cli.checks import check_alone, check_apart, check_request, written_paths
from preimage.cli.options import Fitting, Request, SharedOptions
from preimage.cli.outputs import FileJob
from preimage.errors import ArgumentError, ImageFileError


def request(
    task: str = "denoise", *, quality: int | None = None, fitting: Fitting | None = None, **given: Any
) -> Request:
    options = {name: given.pop(name) for name in list(given) if name in vars(SharedOptions())}
    return Request(task, ("a.png",), given, SharedOptions(**options), fitting or Fitting(), quality)


def job(folder: Path, name: str = "a", **places: Path) -> FileJob:
    (folder / f"{name}.png").touch()
    usual = {"input": folder / f"{name}.png", "output": folder / f"{name}-out.png", "record": folder / f"{name}.json"}
    return FileJob(**{**usual, **places})


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"sigma": "loud"}, "sigma"),
    ({"noise": "speckle:1"}, "noise"),
    ({"memory": "much"}, "memory"),
    ({"strength": 0.0}, "`--strength` must be over 0 and up to 100, got 0"),
    ({"strength": float("nan")}, "`--strength` must be"),
    ({"steps": 0}, "`--steps` must be at least 1, got 0"),
    ({"fitting": Fitting(runs=3)}, "they are for dip"),
    ({"method": "drunet", "trace": True}, "there are no steps to write down"),
    ({"samples": 0}, "`--samples` must be at least 1, got 0"),
    ({"samples": -2}, "`--samples` must be at least 1, got -2"),
    ({"samples": 3, "method": "groupsc"}, "`--samples` must be left out for groupsc, got 3; leave out the method"),
    ({"samples": 3, "error_map": True}, "`--error-map` and `--strength` must be left out"),
    ({"samples": 3, "fitting": Fitting(runs=2, seed=1)}, "they are for dip"),
    ({"quality": 90}, "`--output-quality` must be left out for a-out.png"),
]


@pytest.mark.parametrize(("settings", "told"), WRONG, ids=[str(wrong) for wrong, _ in WRONG])
def test_what_no_picture_could_make_right(tmp_path: Path, settings: dict[str, Any], told: str) -> None:
    with pytest.raises(ArgumentError, match=told):
        check_request(request(**settings), [job(tmp_path)])


def test_what_is_right_passes(tmp_path: Path) -> None:
    settings = {"sigma": "5/255", "noise": "poisson:0.01", "memory": "2GB", "strength": 2.0, "steps": 3}
    check_request(request(**settings), [job(tmp_path)])
    check_request(request(quality=90), [job(tmp_path, output=tmp_path / "b.jpg")])
    check_request(request(method="dip", fitting=Fitting(runs=3)), [job(tmp_path)])


def test_files_that_settings_name_must_be_there(tmp_path: Path) -> None:
    for given in ("none.png", str(tmp_path)):
        with pytest.raises(ImageFileError, match="`--mask` must be"):
            check_request(request("inpaint", mask=given), [job(tmp_path)])
    check_request(request("deblur", kernel="gaussian:2"), [job(tmp_path)])
    with pytest.raises(ImageFileError, match="`--kernel` must be a file that exists"):
        check_request(request("deblur", kernel=str(tmp_path / "kernels.mat:3")), [job(tmp_path)])


def test_names_must_end_like_pictures(tmp_path: Path) -> None:
    with pytest.raises(ImageFileError, match="`--output` must end like a picture"):
        check_request(request(), [job(tmp_path, output=tmp_path / "a.xyz")])
    with pytest.raises(ImageFileError, match="`--compare` must end like a picture"):
        check_request(request(), [job(tmp_path, compare=tmp_path / "a.txt")])


def test_a_single_result_must_not_be_there(tmp_path: Path) -> None:
    one = job(tmp_path)
    one.record.touch()
    with pytest.raises(ImageFileError, match="exist"):
        check_request(request(), [one])
    check_request(request(overwrite=True), [one])
    check_request(request(skip_existing=True), [one])
    check_request(request(), [one, job(tmp_path, "b")])  # of several, each is told on its own


def test_all_that_a_job_writes(tmp_path: Path) -> None:
    asked = request(trace=True, fitting=Fitting(preview=5.0))
    names = [path.name for path in written_paths(job(tmp_path, compare=tmp_path / "c.png"), asked)]
    assert names == ["a-out.png", "a.json", "c.png", "a.trace.csv", "a.trace.png", "a-out.preview.png"]
    assert len(written_paths(job(tmp_path), request())) == 2
    drawn = request(samples=4)
    assert [path.name for path in written_paths(job(tmp_path), drawn)] == ["a-out.png", "a.json", "a-out-samples.tif"]


def test_nothing_is_written_over_what_is_read_or_written_but_a_picture_over_its_input(tmp_path: Path) -> None:
    a, b = job(tmp_path), job(tmp_path, "b")
    check_apart([a, b], request())
    check_apart([job(tmp_path, output=a.input)], request())
    twice = [a, job(tmp_path, "b", output=tmp_path / "A-OUT.png")]  # the same on some systems
    over_another_input = [a, job(tmp_path, "b", output=a.input)]
    over_own_input = [job(tmp_path, compare=a.input)]
    for jobs in (twice, over_another_input, over_own_input):
        with pytest.raises(ArgumentError, match="must be files of their own"):
            check_apart(jobs, request())
    mask = tmp_path / "mask.png"
    mask.touch()
    linked = tmp_path / "linked.png"
    linked.hardlink_to(mask)
    with pytest.raises(ArgumentError, match="must be files of their own"):
        check_apart([job(tmp_path, output=linked)], request("inpaint", mask=str(mask)))


def test_a_record_has_all_settings(tmp_path: Path) -> None:
    defaults = {option.name: option.default for option in request().row.options}
    check_alone(request(**defaults, from_json=tmp_path / "a.json", overwrite=True))
    with pytest.raises(ArgumentError, match="must be the only setting, got --sigma too"):
        check_alone(request(**{**defaults, "sigma": "0.1"}, from_json=tmp_path / "a.json"))
    with pytest.raises(ArgumentError, match="got --strength too"):
        check_alone(request(**defaults, strength=2.0, from_json=tmp_path / "a.json"))
    check_alone(request(**{**defaults, "method": "mine:Mine"}, from_json=tmp_path / "a.json"))
