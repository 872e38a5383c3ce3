import math
from dataclasses import replace

import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.functional import Zero
from preimage.optim import SART, SIRT, Variational
from preimage.physics import ConeBeam, FanBeam, GaussianNoise, ParallelBeam, Tomography
from tests.example import Example
from tests.physics.tomography.ellipses import Ellipse, sinogram

ANGLES = (0.0, 20.0, 45.0, 90.0, 131.0, 180.0, 250.0)
PARALLEL = ParallelBeam(ANGLES, 8, 0.9, 0.2, 0.1)
FLAT = FanBeam(ANGLES, 7, 12.0, 5.0, 1.7, 0.3, -0.2)
CURVED = FanBeam(ANGLES, 6, 9.0, 3.0, 2.1, -0.3, 0.2, curved=True)
CONE = ConeBeam((10.0, 80.0, 190.0), 6, 5, 9.0, 4.0, 1.4, 1.2, 0.2, 0.1, -0.1)
HELIX = ConeBeam((10.0, 150.0, 400.0), 5, 6, 9.0, 4.0, 1.4, curved=True, pitch=2.0)

# A view along rows and one along columns each: graphs that are traced grow with their number.
EXAMPLES = {
    Tomography: [
        Example(lambda: Tomography(PARALLEL.take(slice(0, 7, 3)), (6, 5)), shape=(2, 1, 6, 5)),
        Example(lambda: Tomography(ParallelBeam((20.0, 131.0), 3, 2.5), (5, 6), 1.3), shape=(3, 1, 5, 6), complex=True),
        Example(lambda: Tomography(FLAT.take(slice(1, 6, 3)), (5, 4)), shape=(2, 1, 5, 4)),
        Example(lambda: Tomography(CONE.take(slice(0, 2)), (3, 4, 4)), shape=(2, 1, 3, 4, 4)),
        Example(lambda: Tomography(HELIX.take(slice(0, 2)), (4, 3, 3)), shape=(2, 1, 4, 3, 3)),
        Example(lambda: Tomography(CURVED.take(slice(2, 5, 2)), (4, 4), 1.1), shape=(2, 1, 4, 4)),
    ],
}

GEOMETRIES = [
    ParallelBeam(torch.arange(0, 180, 7.3), 64, 1.0, 0.3),
    ParallelBeam(torch.arange(0, 360, 11.0), 66, 1.0, 1.3, 0.7),
    FanBeam(torch.arange(0, 360, 15.0), 64, 70.0, 40.0, 1.6, 0.5, 0.9),
    FanBeam(torch.arange(0, 360, 15.0), 65, 70.0, 40.0, 1.6, 0.5, 0.9, curved=True),
]


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_the_error_falls_with_the_square_of_the_pixels(geometry) -> None:
    ellipse = Ellipse(5.0, -3.0, 16.0, 10.0, 25.0, 0.7, order=2)
    truth = sinogram(geometry, ellipse, finer=16)
    errors = []
    for n in (40, 80, 160):
        pixel = 48 / n
        y = Tomography(geometry, (n, n), pixel).A(ellipse.picture((n, n), pixel))
        errors.append(((y - truth).norm() / truth.norm()).item())
    assert errors[2] < 3e-4
    assert errors[2] < errors[0] / 12  # two halvings: 16 in the limit


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_line_integrals_of_an_ellipse_with_a_sharp_border(geometry) -> None:
    ellipse = Ellipse(4.0, 6.0, 14.0, 9.0, -40.0, 0.02)
    truth = sinogram(geometry, ellipse, finer=32)
    y = Tomography(geometry, (128, 120), 0.4).A(ellipse.picture((128, 120), 0.4, finer=8))
    assert ((y - truth).norm() / truth.norm()).item() < 5e-3
    assert ((y - truth).mean().abs() / truth.mean()).item() < 1e-4


@pytest.mark.parametrize("bins", [40, 41])
@pytest.mark.parametrize("shape", [(24, 24), (25, 24), (24, 25), (25, 25)])
def test_no_mass_is_lost_and_its_centre_is_where_it_was(shape, bins) -> None:
    geometry = ParallelBeam(torch.arange(0, 360, 5.0), bins, 1.1, 0.3, -0.4)
    x = torch.rand(1, 1, *shape, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    y = Tomography(geometry, shape, 1.2).A(x)[0, 0]
    mass = x.sum() * 1.2**2
    torch.testing.assert_close(y.sum(1) * 1.1, mass.expand(72), rtol=1e-12, atol=0)
    s = (torch.arange(bins) - (bins - 1) / 2) * 1.1 + 0.3 + 0.4
    columns = (torch.arange(shape[1]) - (shape[1] - 1) / 2) * 1.2
    rows = ((shape[0] - 1) / 2 - torch.arange(shape[0])) * 1.2
    right, up = ((x[0, 0] * place).sum() / x.sum() for place in (columns, rows[:, None]))
    t = torch.deg2rad(torch.tensor(geometry.degrees, dtype=torch.float64))
    torch.testing.assert_close((y * s).sum(1) / y.sum(1), right * t.cos() + up * t.sin(), rtol=0, atol=0.05)


@pytest.mark.parametrize("size", [8, 9])
def test_views_along_the_axes_are_sums_of_rows_and_columns(size) -> None:
    x = torch.rand(1, 1, size, size, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    y = Tomography(ParallelBeam([0, 90, 180, 270], size), (size, size), 1.0).A(x)[0, 0]
    expected = [x.sum(2), x.sum(3).flip(-1), x.sum(2).flip(-1), x.sum(3)]
    torch.testing.assert_close(y, torch.cat([e.flatten()[None] for e in expected]), rtol=1e-12, atol=1e-12)


def test_a_fan_at_zero_degrees_has_its_source_below_and_bins_from_left_to_right() -> None:
    x = torch.zeros(1, 1, 9, 9, dtype=torch.float64)
    x[..., 1, 6] = 1  # up and right: far from the source, so that it is less magnified
    x[..., 7, 2] = 1  # down and left
    geometry = FanBeam([0.0], 400, 10.0, 10.0, 0.1)
    y = Tomography(geometry, (9, 9)).A(x)[0, 0, 0]
    s = (torch.arange(400) - 199.5) * 0.1
    for side, expected in ((s > 0, 2 * 20 / 13), (s < 0, -2 * 20 / 7)):
        assert (y * s)[side].sum() / y[side].sum() == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("geometry", [FLAT, CURVED])
def test_a_constant_image_gives_the_lengths_of_chords(geometry) -> None:
    geometry = replace(geometry, bins=3, offset=0.0, spacing=0.5, axis=0.0, angles=(0.0, 30.0, 90.0))
    y = Tomography(geometry, (5, 5)).A(torch.full((1, 1, 5, 5), 2.0, dtype=torch.float64))[0, 0, :, 1]
    expected = torch.tensor([10.0, 10 / math.cos(math.pi / 6), 10.0], dtype=torch.float64)
    torch.testing.assert_close(y, expected, rtol=2e-3, atol=0)


def test_rays_that_miss_the_image_are_not_seen() -> None:
    physics = Tomography(ParallelBeam([0.0, 90.0], 9), (4, 6))
    seen = physics.seen(torch.zeros(1, 1, 2, 9))
    assert seen[0, 0].sum(1).tolist() == [7, 5]  # a bin at each side sees half a pixel
    assert physics.A(torch.rand(2, 1, 4, 6))[:, :, ~seen[0, 0]].abs().max() == 0


def test_half_precision_is_computed_in_single() -> None:
    physics, x = Tomography(PARALLEL, (6, 5)), torch.rand(1, 1, 6, 5).bfloat16()
    y = physics.A(x)
    assert y.dtype == torch.bfloat16
    torch.testing.assert_close(y, physics.A(x.float()).bfloat16())


def test_gradients_of_gradients() -> None:
    physics = Tomography(replace(FLAT.take(slice(1, 6, 3)), bins=4), (3, 4))
    x = torch.rand(1, 1, 3, 4, dtype=torch.float64, requires_grad=True)
    y = torch.rand(1, 1, 2, 4, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(physics.A, x)
    assert torch.autograd.gradgradcheck(lambda x: physics.A(x) ** 2, x)
    assert torch.autograd.gradgradcheck(lambda y: physics.A_adjoint(y) ** 2, y)


def test_subsets_are_views_of_the_whole() -> None:
    physics = Tomography(PARALLEL, (6, 5), noise=GaussianNoise(0.1))
    x = torch.rand(2, 1, 6, 5)
    y = physics.A(x)
    parts = physics.subsets(3)
    for found, expected in zip(parts.A(x), physics.split(y, 3), strict=True):
        torch.testing.assert_close(found, expected)
    torch.testing.assert_close(parts.A_adjoint(physics.split(y, 3)), physics.A_adjoint(y))
    assert all(isinstance(operator.noise, GaussianNoise) for operator in parts.operators)
    with pytest.raises(ArgumentError, match="`count` must be"):
        physics.subsets(8)


def test_subsets_reconstruct_faster() -> None:
    physics = Tomography(ParallelBeam(torch.arange(0, 180, 6.0), 24), (24, 24))
    x = Ellipse(2.0, -3.0, 8.0, 5.0, 20.0).picture((24, 24), 1.0, 4).float()
    y = physics.A(x)
    whole = Variational(SIRT(), Zero(), max_steps=4, tol=None)(y, physics)
    parts = Variational(SART(), Zero(), max_steps=4, tol=None)(physics.split(y, 6), physics.subsets(6))
    assert (parts - x).norm() < 0.6 * (whole - x).norm()


def test_the_pseudo_inverse_in_single_precision_does_not_amplify_rounding_or_little_noise(rng) -> None:
    physics = Tomography(ParallelBeam(torch.arange(0, 180, 6.0), 24), (16, 16))
    x = torch.rand(1, 1, 16, 16, generator=rng)
    y = physics.A(x) + 1e-6 * torch.randn(1, 1, 30, 24, generator=rng)
    assert (physics.A_dagger(y) - x).abs().max() < 0.01  # at a corner, which few rays tell from its neighbours


def test_the_level_does_not_depend_on_the_width_of_bins() -> None:
    x = torch.ones(1, 1, 9, 9)
    middle = [Tomography(ParallelBeam([0.0], 9, width), (9, 9)).A(x)[0, 0, 0, 4].item() for width in (0.5, 1.0)]
    assert middle == pytest.approx([9.0, 9.0])


def test_what_does_not_fit_is_refused() -> None:
    physics = Tomography(PARALLEL, (6, 5))
    with pytest.raises(ShapeError, match=r"convert it, like x / 255"):
        physics.A(torch.zeros(1, 1, 6, 5, dtype=torch.uint8))
    with pytest.raises(ShapeError, match="`x` must have shape"):
        physics.A(torch.zeros(1, 1, 5, 6))
    with pytest.raises(ShapeError, match="`y` must have shape"):
        physics.A_adjoint(torch.zeros(1, 1, 7, 9))
    with pytest.raises(ArgumentError, match="`source` must be outside"):
        Tomography(replace(FLAT, source=3.0), (12, 12))
    with pytest.raises(ArgumentError, match="`shape` must be"):
        Tomography(PARALLEL, (4, 4, 4))  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="`geometry` must be"):
        Tomography(ANGLES, (4, 4))  # type: ignore[arg-type]
