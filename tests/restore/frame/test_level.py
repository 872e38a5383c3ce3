import pytest

from preimage.blind.white_noise import WhiteNoiseEstimate
from preimage.files.samples.sampling import Sampling
from preimage.restore.frame.level import amplified_level, level_of


def noise(less, more):
    return WhiteNoiseEstimate((less + more) / 2, less, more, less, more)


def test_noise_of_less_than_half_a_step_is_none():
    assert level_of(noise(0.001, 0.003), Sampling(1 / 255)).value == 0
    assert level_of(noise(0.004, 0.006), Sampling(1 / 255)).value == 0.004


def test_small_errors_that_grow_are_at_least_those_of_rounding():
    assert amplified_level(noise(0.0, 0.03), Sampling(1 / 255)).value == 0.03
    rounded = amplified_level(noise(0.0, 0.0), Sampling(1 / 255))
    assert rounded.value == pytest.approx(1 / 255 / 12**0.5)
    assert rounded.origin == "the least that rounding leaves"
    compressed = amplified_level(noise(0.0, 0.0), Sampling(1 / 255, (16,) * 64))
    assert "JPEG's quantisation table alone hides errors" in compressed.notes[0]
