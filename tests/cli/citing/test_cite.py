import pytest

from preimage.cli.app import run
from preimage.cli.citing.cite import named_method
from preimage.errors import ArgumentError
from preimage.optim import DPIR, TVPrior
from preimage.physics import coils


def test_bibtex_is_printed(capsys) -> None:
    assert run(["cite", "TVPrior"]) == 0
    told = capsys.readouterr().out
    assert "@article{rudin1992," in told
    assert "@article{bresson2008," in told


def test_without_a_method_preimage_is_cited(capsys) -> None:
    assert run(["cite"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("@software{preimage,")
    assert "The preimage developers" in told


def test_what_names_no_publication_is_a_comment(capsys) -> None:
    assert run(["cite", "MLEM"]) == 0
    assert "@article{shepp1982," in capsys.readouterr().out
    assert run(["cite", "JPEG"]) == 0
    assert "% ITU-T T.81" in capsys.readouterr().out
    assert run(["cite", "ComplexDenoiser"]) == 0
    assert "@software{preimage," in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "value"),
    [("tvprior", TVPrior), ("preimage.optim.TVPrior", TVPrior), ("dpir", DPIR), ("coils.espirit", coils.espirit)],
)
def test_names_are_found_however_they_are_written(name, value) -> None:
    assert named_method(name) is value


def test_names_that_are_not_there_and_methods_without_a_source_get_one_line(capsys) -> None:
    with pytest.raises(ArgumentError, match=r"alike are .*TVPrior"):
        named_method("TVPrio")
    assert run(["cite", "Denoising"]) == 2
    assert "cites its source" in capsys.readouterr().err
