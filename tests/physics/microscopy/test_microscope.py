import math

import numpy as np
import pytest
import scipy.integrate
import scipy.special
import torch
from torch import Tensor

from preimage.errors import ArgumentError, ShapeError
from preimage.physics.microscopy import Microscope


def first_minimum(values: Tensor, step: float) -> float:
    """Where values that fall from the first one on rise again, by the parabola through three of them."""
    index = int((values[1:-1] < values[2:]).nonzero()[0]) + 1
    before, at, after = (float(values[index + k]) for k in (-1, 0, 1))
    return step * (index + 0.5 * (before - after) / (before - 2 * at + after))


def test_the_first_dark_ring_is_that_of_airy() -> None:
    """At 0.61 wavelength / na, where the first zero of J1 is at 1.2197 pi."""
    psf = Microscope(0.02, 0.5, 1.0).psf((1, 401), 0.1)[0]
    assert first_minimum(psf[200:], 0.1) == pytest.approx(1.2197 / 2 * 0.5 / 0.02, rel=2e-3)


def test_the_first_dark_point_on_the_axis() -> None:
    """Where the path of the outermost ray is one wavelength longer: 2 index wavelength / na^2 where na is small."""
    psf = Microscope(0.2, 0.5, 1.0).psf((401, 1, 1), 0.25)[:, 0, 0]
    exact = 0.5 / (1 - math.sqrt(1 - 0.2**2))
    assert first_minimum(psf[200:], 0.25) == pytest.approx(exact, rel=5e-3)
    assert exact == pytest.approx(2 * 0.5 / 0.2**2, rel=0.02)


@pytest.mark.parametrize("vectorial", [False, True])
def test_every_plane_gets_the_same_light(vectorial: bool) -> None:
    energy = (
        Microscope(0.6, 0.5, 1.33, vectorial=vectorial, samples=64).psf((5, 127, 127), (0.4, 0.15, 0.15)).sum((1, 2))
    )
    assert energy.min() / energy.max() > 0.99


def test_without_aberrations_the_stack_is_the_same_from_both_sides() -> None:
    psf = Microscope(1.2, 0.5, samples=48).psf((5, 9, 9), (0.3, 0.1, 0.1))
    torch.testing.assert_close(psf, psf.flip(0))
    torch.testing.assert_close(psf, psf.mT)
    assert psf.argmax() == 2 * 81 + 4 * 9 + 4
    torch.testing.assert_close(psf.sum(), torch.tensor(1.0, dtype=torch.float64))


def test_a_vectorial_focus_is_wider() -> None:
    """At large apertures the field along the axis fills the first dark ring."""
    scalar, vectorial = (Microscope(1.4, 0.5, vectorial=v, samples=64).psf((33, 33), 0.03) for v in (False, True))
    assert (vectorial / vectorial.max())[16, 22] > 1.1 * (scalar / scalar.max())[16, 22]
    low = [Microscope(0.1, 0.5, vectorial=v, samples=64).psf((9, 9), 1.0) for v in (False, True)]
    torch.testing.assert_close(low[0], low[1], rtol=0.02, atol=1e-4)


def test_polarised_light_is_the_integrals_of_richards_and_wolf() -> None:
    """``|I0|^2 + 2 |I1|^2 + |I2|^2`` in the plane of focus, for light of no preferred direction."""
    na, wavelength, index = 1.2, 0.52, 1.333
    theta = np.linspace(0, math.asin(na / index), 2001)
    place = 2 * math.pi * index / wavelength * 0.0625 * np.arange(8)[:, None] * np.sin(theta)

    def integral(order: int, weight: np.ndarray) -> np.ndarray:
        return scipy.integrate.trapezoid(
            np.sqrt(np.cos(theta)) * weight * scipy.special.jv(order, place), theta, axis=1
        )

    fields = [np.sin(theta) * (1 + np.cos(theta)), np.sin(theta) ** 2, np.sin(theta) * (1 - np.cos(theta))]
    i0, i1, i2 = (integral(order, weight) for order, weight in enumerate(fields))
    expected = torch.from_numpy(i0**2 + 2 * i1**2 + i2**2)
    psf = Microscope(na, wavelength, index, vectorial=True).psf((15, 15), 0.0625)[7, 7:]
    torch.testing.assert_close(psf / psf[0], expected / expected[0], rtol=0, atol=2e-3)


def test_another_index_displaces_the_focus_and_breaks_symmetry() -> None:
    """Of a point ``d`` deep the paraxial focus is ``d (index / sample_index - 1)`` further from the glass."""
    microscope = Microscope(0.3, 0.5, 1.518, 1.33, depth=20.0, samples=64)
    on_axis = microscope.psf((161, 1, 1), 0.1)[:, 0, 0]
    found = 0.1 * (int(on_axis.argmax()) - 80)
    assert found == pytest.approx(20 * (1.518 / 1.33 - 1), rel=0.1)
    assert Microscope(0.3, 0.5, 1.518, 1.518, depth=20.0).psf((5, 1, 1), 0.1).argmax() == 2


def test_an_aberration_of_one_coefficient_lowers_the_peak_as_marechal_says() -> None:
    """The Strehl ratio of ``w`` waves is ``exp(-(2 pi w)^2)``."""
    perfect = Microscope(0.2, 0.5, 1.0).psf((129, 129), 0.15)
    aberrated = Microscope(0.2, 0.5, 1.0, aberrations=torch.tensor([0.05]), indices=(8,)).psf((129, 129), 0.15)
    assert aberrated.max() / perfect.max() == pytest.approx(math.exp(-((2 * math.pi * 0.05) ** 2)), rel=0.01)


def test_gradients_are_those_of_differences() -> None:
    def sharpness(na: Tensor, depth: Tensor, waves: Tensor) -> Tensor:
        microscope = Microscope(na, 0.5, 1.518, 1.33, depth, True, waves, (5, 11), 32)
        return (microscope.psf((3, 7, 7), (0.3, 0.1, 0.1)) ** 2).sum()

    values = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (1.1, 2.0, [0.05, -0.03])]
    assert torch.autograd.gradcheck(sharpness, values)


def test_wide_windows_hold_no_copies_of_the_light() -> None:
    """With too few samples of the pupil the field repeats inside of them."""
    oil = Microscope(1.3, 0.52, samples=16)
    wide, narrow = oil.psf((1, 601), 0.1)[0], oil.psf((1, 65), 0.1)[0]
    assert wide[300] == wide.max()
    assert wide[:150].sum() + wide[451:].sum() < 0.01
    torch.testing.assert_close((wide / wide.max())[292:309], (narrow / narrow.max())[24:41], rtol=0, atol=0.02)


def test_lengths_in_two_units_are_refused() -> None:
    with pytest.raises(ArgumentError, match="all lengths are in one unit"):
        Microscope(1.3, 0.52).psf((9, 9), 520.0)


def test_arguments_are_checked() -> None:
    with pytest.raises(ArgumentError, match="`na` must be below `index`"):
        Microscope(1.4, 0.5, 1.33)
    with pytest.raises(ArgumentError, match="`wavelength` must be positive"):
        Microscope(1.2, 0.0)
    with pytest.raises(ShapeError, match="`aberrations` must be one coefficient for each"):
        Microscope(1.2, 0.5, aberrations=torch.zeros(2), indices=(5,))
    with pytest.raises(ArgumentError, match="`shape` must be"):
        Microscope(1.2, 0.5).psf((3,), 0.1)
    with pytest.raises(ArgumentError, match="`voxel` must be one size, or 2"):
        Microscope(1.2, 0.5).psf((3, 3), (0.1, 0.1, 0.1))
