import math

import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics import build_probe, generate_shifts
from preimage.physics.phase.probe import probe_window


def test_a_disk_has_its_area_and_a_beam_its_width() -> None:
    disk = build_probe(64, 20.0, dtype=torch.complex128)
    assert float(disk.abs().sum()) == pytest.approx(math.pi * 20**2, rel=2e-3)
    beam = build_probe(65, 10.0, "gaussian", dtype=torch.complex128)
    assert beam[32, 32] == 1
    assert float(beam[32, 42].abs().square()) == pytest.approx(math.exp(-2))


def test_defocus_is_a_phase() -> None:
    probe = build_probe(33, 10.0, defocus=1.5)
    assert float(probe[16, 26].angle()) == pytest.approx(1.5, abs=1e-6)
    torch.testing.assert_close(probe.abs(), build_probe(33, 10.0).abs())


def test_positions_reach_from_border_to_border() -> None:
    shifts = generate_shifts((40, 31), 16, 6.0)
    assert shifts.amin(0).tolist() == [0, 0]
    assert shifts.amax(0).tolist() == [24, 15]
    rows = shifts[:, 0].unique()
    assert float((rows[1:] - rows[:-1]).max()) <= 6
    assert torch.equal(shifts, shifts.round())
    assert generate_shifts((16, 16), 16, 5.0).tolist() == [[0, 0]]


def test_jitter_stays_inside(rng: torch.Generator) -> None:
    plain, moved = generate_shifts((40, 40), 16, 6.0), generate_shifts((40, 40), 16, 6.0, 2.0, rng)
    assert 0.5 < float((plain - moved).abs().max()) <= 2
    assert float(moved.min()) >= 0
    assert float(moved.max()) <= 24


def test_windows_go_on_at_the_other_border() -> None:
    image = torch.arange(12.0).reshape(3, 4)
    cut = image.flatten()[probe_window(torch.tensor([[0, 0], [2, 3]]), (2, 2), (3, 4))]
    assert cut.tolist() == [[[0, 1], [4, 5]], [[11, 8], [3, 0]]]


def test_arguments_are_checked() -> None:
    with pytest.raises(ArgumentError, match="`kind` must be one of disk, gaussian"):
        build_probe(8, 3.0, "square")
    with pytest.raises(ArgumentError, match=r"`size` must be in \[1, 10\]"):
        generate_shifts((10, 12), 11, 3.0)
