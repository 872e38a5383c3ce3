import math

import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import DetectorPairs, RingScanner


@pytest.mark.parametrize("detectors", [8, 10])
def test_every_pair_of_detectors_is_counted_once(detectors) -> None:
    pairs = RingScanner(detectors, detectors - 1, 10.0).pairs.flatten(0, 1).sort(1).values
    expected = torch.combinations(torch.arange(detectors))
    assert sorted(pairs.tolist()) == expected.tolist()


def test_lines_are_where_the_documentation_says() -> None:
    scanner = RingScanner(24, 13, 30.0)
    start, end = scanner.ends(2)
    m = torch.arange(13) - 6
    t = math.pi * (torch.arange(12)[:, None] - 0.5 * (m % 2)) / 12
    normal = torch.stack([t.cos(), t.sin()], 2)[:, :, None]
    s = (30 * (math.pi * m / 24).sin()).expand(12, 13).double()
    for point in (start, end):
        torch.testing.assert_close((normal * point).sum(-1)[..., 0], s, rtol=0, atol=1e-5)
        torch.testing.assert_close(point.norm(dim=-1)[..., 0], torch.full_like(s, 30.0))
    torch.testing.assert_close(start[0, 6, 0], torch.tensor([0.0, -30.0]).double())  # detector 0, at the bottom


def test_rays_fill_the_width_of_a_detector() -> None:
    start, end = RingScanner(24, 5, 30.0, rays=4).ends(2)
    t = math.pi * torch.arange(12.0) / 12
    normal = torch.stack([t.cos(), t.sin()], 1)[:, None, None].double()
    for point in (start[:, 2:3], end[:, 2:3]):
        s = (normal * point).sum(-1)[:, 0]
        expected = 30 * (2 * math.pi / 24 * torch.tensor([-0.375, -0.125, 0.125, 0.375])).sin()
        torch.testing.assert_close(s, expected.expand(12, 4).double(), rtol=0, atol=1e-5)


def test_rings_are_paired_by_segments() -> None:
    scanner = RingScanner(8, 3, 10.0, 3, 4.0, 1)
    assert scanner.ring_pairs.tolist() == [[0, 0], [1, 1], [2, 2], [0, 1], [1, 2], [1, 0], [2, 1]]
    start, end = scanner.ends(3)
    assert start.shape == (7, 4, 3, 1, 3)
    assert start[:, 0, 0, 0, 2].tolist() == [-4, 0, 4, -4, 0, 0, 4]
    assert end[:, 3, 2, 0, 2].tolist() == [-4, 0, 4, 0, 4, -4, 0]
    assert len(RingScanner(8, 3, 10.0, 3).ring_pairs) == 9


def test_some_views_are_views_of_all() -> None:
    scanner = RingScanner(12, 5, 10.0)
    part = scanner.take(slice(1, None, 2))
    assert part.views == 3
    assert torch.equal(part.pairs, scanner.pairs[1::2])
    assert torch.equal(part.take(slice(2, 3)).pairs, scanner.pairs[5:6])
    listed = DetectorPairs(torch.rand(5, 2), torch.tensor([[0, 1], [2, 4], [3, 1]])).take(slice(0, 3, 2))
    assert listed.pairs.tolist() == [[0, 1], [3, 1]]


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ((9, 5, 10.0), "`detectors` must be even"),
        ((8, 8, 10.0), "`bins` must be at most"),
        ((8, 3, -1.0), "`radius` must be positive"),
        ((8, 3, 10.0, 0), "`rings` must be at least 1"),
        ((8, 3, 10.0, 2, 1.0, -1), "`ring_difference` must be"),
        ((8, 3, 10.0, 1, 1.0, None, 0), "`rays` must be at least 1"),
        ((8, 3, 10.0, 1, 1.0, None, 1, (4,)), "`chosen` must be views from 0 to 3"),
    ],
)
def test_what_is_no_ring_is_refused(numbers, message) -> None:
    with pytest.raises(ArgumentError, match=message):
        RingScanner(*numbers)


def test_what_is_no_list_of_pairs_is_refused() -> None:
    with pytest.raises(ShapeError, match="`positions` must be"):
        DetectorPairs(torch.rand(5), torch.tensor([[0, 1]]))
    with pytest.raises(ShapeError, match="`pairs` must be integers"):
        DetectorPairs(torch.rand(5, 2), torch.rand(3, 2))
    with pytest.raises(ArgumentError, match="`pairs` must be numbers from 0 to 4, got 1 to 5"):
        DetectorPairs(torch.rand(5, 2), torch.tensor([[1, 5]]))
    with pytest.raises(ArgumentError, match="`shape` must have 2 sizes"):
        DetectorPairs(torch.rand(5, 2), torch.tensor([[1, 2]])).ends(3)
    with pytest.raises(ArgumentError, match="for 2 rings"):
        RingScanner(8, 3, 10.0, 2).ends(2)
