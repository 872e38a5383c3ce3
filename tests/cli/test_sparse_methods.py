import pytest
from PIL import Image

from tests.cli.test_app import done, failed, names

pytestmark = pytest.mark.usefixtures("sparse")


def test_sparse_methods_run_and_repeat_to_the_bit(tmp_path, picture, capsys):
    Image.fromarray(picture).save(tmp_path / "photo.jpg", quality=15)
    Image.fromarray(picture[..., 0]).save(tmp_path / "raw.png")
    for task, name, options, told in (
        ("deblock", "photo.jpg", ["--method", "groupsc"], "JPEG quality 15, from the file's quantisation table"),
        ("deblock", "raw.png", ["--quality", "20", "--method", "groupsc"], "JPEG quality 20, given"),
        ("denoise", "photo.jpg", ["--method", "groupsc", "--sigma", "9/255"], "noise level 0.0353 (9.00/255), given"),
        ("demosaic", "raw.png", ["--method", "groupsc", "--search", "paper"], "noise level 0.0000 (0.00/255), assumed"),
    ):
        done(["restore", task, tmp_path / name, "-o", tmp_path / "once.png", *options, "--overwrite"])
        done(["restore", task, "--from-json", tmp_path / "once.json", "-o", tmp_path / "twice.png", "--overwrite"])
        assert (tmp_path / "once.png").read_bytes() == (tmp_path / "twice.png").read_bytes()
        assert capsys.readouterr().out.count(told) == 2


def test_bad_input_of_sparse_methods_is_one_line(tmp_path, photograph, capsys):
    out = ["-o", tmp_path / "out.png"]
    for arguments, message in (
        (["deblock", photograph, *out], "no traces of JPEG"),
        (["deblock", photograph, "--quality", "0", *out], "1..100"),
        (["deblock", photograph, "--quality", "101", *out], "1..100"),
        (["deblock", photograph, "--sigma", "0.1", *out], "Unknown option: --sigma"),
        (["deblock", tmp_path / "a.jpg", *out], "exists"),
        (["deblock", photograph, "--trace", *out], "no steps"),
        (["denoise", photograph, "--method", "x", *out], "groupsc"),
        (["demosaic", photograph, "--method", "groupsc", *out], "mosaic"),
        (["denoise", photograph, "--search", "far", *out], "paper"),
    ):  # fmt: skip
        assert message in failed(capsys, ["restore", *arguments])
    assert names(tmp_path) == ["photo.png"]
