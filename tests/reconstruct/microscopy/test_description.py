import pytest

from preimage.errors import ArgumentError
from preimage.reconstruct.microscopy.description import PSFDescription, parse_description


def test_lengths_are_micrometres_or_have_their_unit() -> None:
    told = parse_description("na=1.3, ri=1.515,wavelength=520nm,pixel=80 nm,step=.25,depth=0")
    assert told == PSFDescription(1.3, 1.515, pytest.approx(0.52), pytest.approx(0.08), 0.25, depth=0.0)  # type: ignore[arg-type]
    confocal = parse_description("na=1,ri=1.33,wavelength=0.6,model=confocal,excitation=0.5,pinhole=100nm,size=9x11x13")
    assert (confocal.model, confocal.excitation, confocal.pinhole) == ("confocal", 0.5, pytest.approx(0.1))
    assert confocal.size == (9, 11, 13)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("na=1.3,ri=1.5", "must have wavelength"),
        ("na=1.3,ri=1.5,wavelength=520", "wavelength in micrometres"),
        ("na=1.3,ri=1.5,lambda=0.5", "of the keys na, ri, wavelength, pixel"),
        ("na=1.3,ri=1.5,wavelength", "of the keys"),
        ("na=1.3,na=1.2,ri=1.5,wavelength=0.5", "na twice"),
        ("na=oil,ri=1.5,wavelength=0.5", "a number above 0 and below 10 for na"),
        ("na=nan,ri=1.5,wavelength=0.5", "a number above 0 and below 10 for na"),
        ("na=1,ri=1.5,wavelength=0.5,pixel=0", "a length for pixel"),
        ("na=1,ri=1.5,wavelength=0.5,pixel=-1", "a length for pixel"),
        ("na=1,ri=1.5,wavelength=0.5,pixel=3inch", "a length for pixel"),
        ("na=1,ri=1.5,wavelength=0.5,model=sted", "the model widefield, confocal, two-photon, light-sheet"),
        ("na=1,ri=1.5,wavelength=0.5,model=confocal", "must have excitation"),
        ("na=1,ri=1.5,wavelength=0.5,model=light-sheet", "must have waist"),
        ("na=1,ri=1.5,wavelength=0.5,waist=1", "waist for the model light-sheet only"),
        ("na=1,ri=1.5,wavelength=0.5,size=0x3", "size=ROWSxCOLUMNS"),
    ],
)
def test_what_is_wrong_gets_a_line(text: str, told: str) -> None:
    with pytest.raises(ArgumentError, match="`psf` must") as caught:
        parse_description(text)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
