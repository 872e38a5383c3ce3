import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics import FresnelPropagation
from preimage.simulate import sample_picture
from preimage.simulate.builders.waves import build_holography, build_ptychography

X = sample_picture(16, 24)[None, :1].to(torch.complex64)


def test_a_hologram_is_the_intensity_of_the_wave_that_arrives() -> None:
    made = build_holography(X.real, {"distance": 12.0, "wavelength": 0.5}, torch.Generator())
    torch.testing.assert_close(made.physics.A(X), FresnelPropagation(12.0, 0.5, 1.0).A(X).abs().square())


def test_lights_overlap_and_reach_the_border() -> None:
    counts = []
    for overlap in (0.0, 0.6):
        made = build_ptychography(X.real, {"overlap": overlap}, torch.Generator())
        patterns = made.physics.A(X)
        counts.append(patterns.shape[1])
        shifts = made.physics.fields()["operator"].shifts
        assert shifts.amin(0).tolist() == [0, 0]
        assert (shifts.amax(0) + patterns.shape[-1]).tolist() == [16, 24]
    assert counts[0] < counts[1]
    with pytest.raises(ArgumentError, match="`overlap` must be in"):
        build_ptychography(X.real, {"overlap": 1.0}, torch.Generator())
