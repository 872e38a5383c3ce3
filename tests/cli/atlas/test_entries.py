import pytest

from preimage import physics
from preimage.cli.atlas.entries import find_entry, generator_entries, noise_entries, operator_entries
from preimage.errors import ArgumentError
from preimage.physics import Blur, LinearPhysics, ParallelBeam
from preimage.physics.generators import MotionBlurGenerator
from preimage.physics.noise import GaussianNoise


def test_every_public_operator_is_found() -> None:
    names = [entry.name for entry in operator_entries()]
    assert {"Blur", "BlurFFT", "MRI", "Tomography", "Haze", "PhaseRetrieval", "Stack"} <= set(names)
    assert not {"Physics", "LinearPhysics", "IntensityPhysics", "WrappingPhysics", "GaussianNoise"} & set(names)
    assert names == sorted(names, key=str.casefold)


def test_one_that_is_added_to_the_public_list_appears(monkeypatch: pytest.MonkeyPatch) -> None:
    class Shift(LinearPhysics):
        """``A x = shifted x``.

        Shapes: any.
        """

    monkeypatch.setattr(physics, "__all__", [*physics.__all__, "Shift"])
    monkeypatch.setattr(physics, "Shift", Shift, raising=False)
    found = [entry for entry in operator_entries() if entry.name == "Shift"]
    assert [entry.line().split() for entry in found] == [["Shift", "A", "x", "=", "shifted", "x.", "[any.]"]]


def test_noises_and_generators_are_found() -> None:
    assert GaussianNoise in [entry.kind for entry in noise_entries()]
    assert MotionBlurGenerator in [entry.kind for entry in generator_entries()]
    assert not {"Noise", "ProximableNoise"} & {entry.name for entry in noise_entries()}


@pytest.mark.parametrize(
    ("name", "kind"), [("Blur", Blur), ("blur", Blur), ("ParallelBeam", ParallelBeam), ("gaussiannoise", GaussianNoise)]
)
def test_a_name_is_found_in_any_case(name: str, kind: type) -> None:
    assert find_entry(name).kind is kind


def test_the_nearest_names_are_told() -> None:
    with pytest.raises(ArgumentError, match=r"got 'Blurr'; the nearest are Blur, BlurFFT\."):
        find_entry("Blurr")
    with pytest.raises(ArgumentError, match="preimage physics lists them"):
        find_entry("qqqq")
