import math
from dataclasses import replace

import pytest
import torch

from preimage.physics import DetectorPairs, ParallelBeam, RingScanner
from preimage.physics.pet.projector import projector_of
from tests.physics.tomography.ellipses import Ellipse

RING = RingScanner(60, 31, 40.0)


def chords(scanner, ellipse):
    start, end = scanner.ends(2)
    direction = end - start
    return ellipse.integral(start, direction / direction.norm(dim=-1, keepdim=True)).mean(-1)


@pytest.mark.parametrize("shape", [(64, 64), (65, 65), (64, 65)])
def test_lengths_of_chords_of_a_disk(shape) -> None:
    disk = Ellipse(4.0, -7.0, 12.0, 12.0, value=0.5)
    sizes = (50 / 64, 50 / 64)
    scanner = replace(RING, rays=4)
    found = projector_of(scanner, shape, sizes).project(disk.picture(shape, sizes[0], 8)[0])[0]
    expected = chords(scanner, disk)
    assert ((found - expected).norm() / expected.norm()).item() < 0.01
    assert abs((found - expected).mean() / expected.mean()).item() < 1e-3


def test_the_error_falls_with_the_square_of_the_pixels() -> None:
    smooth = Ellipse(5.0, -3.0, 16.0, 10.0, 25.0, 0.7, order=2)
    scanner = RingScanner(60, 31, 40.0, rays=2)
    expected, errors = chords(scanner, smooth), []
    for n in (32, 64, 128):
        found = projector_of(scanner, (n, n), (48 / n, 48 / n)).project(smooth.picture((n, n), 48 / n)[0])[0]
        errors.append(((found - expected).norm() / expected.norm()).item())
    assert errors[2] < 2e-3
    assert errors[2] < errors[0] / 10  # two halvings: 16 in the limit


def test_a_ball_between_rings() -> None:
    scanner = RingScanner(32, 17, 30.0, rings=4, ring_spacing=5.0)
    n, depth, pixel, thick = 40, 24, 0.6, 1.0
    centre, radius = torch.tensor([2.0, -1.5, 1.0]).double(), 8.0  # x, y, z
    axes = [(torch.arange(k * 3).double() - (3 * k - 1) / 2) * size / 3 for k, size in ((depth, thick), (n, pixel))]
    z, y, x = torch.meshgrid(axes[0], -axes[1], axes[1], indexing="ij")
    inside = ((x - centre[0]) ** 2 + (y - centre[1]) ** 2 + (z - centre[2]) ** 2 < radius**2).double()
    ball = torch.nn.functional.avg_pool3d(inside[None], 3)
    found = projector_of(scanner, (depth, n, n), (thick, pixel, pixel)).project(ball)[0]
    start, end = scanner.ends(3)
    direction = (end - start) / (end - start).norm(dim=-1, keepdim=True)
    apart = centre - start
    distance = (apart.square().sum(-1) - (apart * direction).sum(-1) ** 2)[..., 0]
    expected = 2 * (radius**2 - distance).clamp_min(0).sqrt()
    assert found.shape == (16, 16, 17)
    assert ((found - expected).norm() / expected.norm()).item() < 0.03
    assert abs((found - expected).mean() / expected.mean()).item() < 6e-3


def test_listed_pairs_are_those_of_the_ring() -> None:
    t = 2 * math.pi * torch.arange(60.0, dtype=torch.float64) / 60
    listed = DetectorPairs(40 * torch.stack([t.sin(), -t.cos()], 1), RING.pairs.flatten(0, 1))
    x = torch.rand(2, 20, 22, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    a, b = (projector_of(scanner, (20, 22), (1.5, 1.2)) for scanner in (RING, listed))
    torch.testing.assert_close(b.project(x), a.project(x).flatten(1))


def test_planes_of_a_volume_have_sinograms_of_their_own() -> None:
    geometry = ParallelBeam([0.0, 50.0, 90.0], 9)
    x = torch.rand(2, 4, 6, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    volume, plane = projector_of(geometry, (4, 6, 7), (3.0, 1.0, 1.0)), projector_of(geometry, (6, 7), (1.0, 1.0))
    y = volume.project(x)
    assert y.shape == (2, *volume.measured_shape) == (2, 4, 3, 9)
    torch.testing.assert_close(y[:, 2], plane.project(x[:, 2]))
    torch.testing.assert_close(volume.smear(y)[:, 1], plane.smear(y[:, 1]))


@pytest.mark.parametrize(("rays", "low", "high"), [(1, 0.05, 0.2), (3, 0.0, 0.02)])
def test_three_rays_a_pair_see_pixels_of_a_quarter_of_a_detector_evenly(rays, low, high) -> None:
    projector = projector_of(RingScanner(120, 61, 40.0, rays=rays), (80, 80), (0.5, 0.5))
    sensitivity = projector.smear(torch.ones(1, 60, 61, dtype=torch.float64))
    local = torch.nn.functional.avg_pool2d(sensitivity, 9, 1, 4)
    spread = (sensitivity / local)[0, 20:60, 20:60].std().item()
    assert low <= spread < high
