import pytest

from preimage.errors import ArgumentError
from preimage.physics.noise import GaussianNoise, Noise, PoissonGaussianNoise
from preimage.simulate.noises import NOISES, NoiseRow, find_noise_spec, noise_forms


def test_numbers_become_arguments() -> None:
    made = find_noise_spec("gaussian:5/255").build()
    assert isinstance(made, GaussianNoise)
    assert made.sigma == pytest.approx(5 / 255)
    made = find_noise_spec("poisson-gaussian:0.01:.02").build()
    assert isinstance(made, PoissonGaussianNoise)
    assert (made.gain, made.sigma) == (0.01, 0.02)


@pytest.mark.parametrize("row", NOISES, ids=[row.name for row in NOISES])
def test_every_law_can_be_made(row: object) -> None:
    assert isinstance(row, NoiseRow)
    least = find_noise_spec(":".join([row.name, *["0.25", "0.5"][: row.needed]])).build()
    most = find_noise_spec(":".join([row.name, *["0.25", *["0.5"] * 3][: len(row.values)]])).build()
    assert isinstance(least, Noise)
    assert set(row.values) == set(most.fields()) & set(row.values)
    assert row.form in noise_forms()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("gausian:1", "the nearest are gaussian"),
        ("gaussian", "must be gaussian:SIGMA with numbers"),
        ("gaussian:1:2", "must be gaussian:SIGMA"),
        ("gaussian:loud", "must be gaussian:SIGMA"),
        ("gaussian:1/0", "must be gaussian:SIGMA"),
        ("gaussian:-1", "must be gaussian:SIGMA"),
        ("poisson-gaussian:1", "must be poisson-gaussian:GAIN:SIGMA"),
        ("none:1", "must be none"),
    ],
)
def test_what_is_no_law_is_told(text: str, told: str) -> None:
    with pytest.raises(ArgumentError, match=told):
        find_noise_spec(text)


def test_a_number_out_of_range_is_told_by_the_law() -> None:
    with pytest.raises(ArgumentError, match="`gain`"):
        find_noise_spec("poisson:0").build()


def test_names_are_given_once() -> None:
    assert len({row.name for row in NOISES}) == len(NOISES)
