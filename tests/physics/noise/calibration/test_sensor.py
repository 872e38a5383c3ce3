import math

import pytest
import torch
from torch import Tensor

from preimage.errors import ArgumentError, ShapeError
from preimage.physics.noise import Calibration, CameraNoise, Estimate, calibrate

GAIN, SIGMA, ROW, BLACK = 2.5, 6.0, 2.0, 64.0


def frames(rng: torch.Generator, level: float, count: int = 12, step: float = 0.0) -> Tensor:
    """Frames of uneven light on a sensor with a fixed pattern."""
    ramp = torch.linspace(0.7, 1.3, 96, dtype=torch.float64)
    pattern = 20 * torch.rand(96, 96, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    light = (level * ramp[:, None] * ramp).expand(count, 1, 96, 96)
    drawn = CameraNoise(GAIN, SIGMA, ROW).sample(light, rng)
    values = drawn[:, 0] + pattern + BLACK
    return step * (values / step).round() if step else values


def within(estimate: Estimate, truth: float, share: float) -> None:
    assert abs(estimate.value / truth - 1) < share, (str(estimate), truth)
    assert abs(estimate.value - truth) < 4 * estimate.error, (str(estimate), truth)
    assert estimate.error < share * truth


@pytest.mark.parametrize("step", [0.0, 4.0])
def test_gain_and_noise_of_a_sensor_are_found(step: float, rng: torch.Generator) -> None:
    levels = [frames(rng, level, step=step) for level in (100.0, 400.0, 1000.0, 2000.0)]
    found = calibrate(levels, frames(rng, 0.0, 40, step), step=step)
    within(found.gain, GAIN, 0.02)
    within(found.read_noise, SIGMA, 0.02)
    assert found.row_noise is not None
    within(found.row_noise, ROW, 0.05)
    assert found.black_level is not None
    assert found.black_level.value == pytest.approx(BLACK + 10, abs=0.3)  # the mean of the fixed pattern, too
    assert found.black_level.error < 0.1


def test_errors_are_standard_errors(rng: torch.Generator) -> None:
    """Of 30 calibrations, results are off by one standard error on average."""
    off = []
    for _ in range(30):
        found = calibrate(torch.stack([frames(rng, 300.0, 4), frames(rng, 900.0, 4)]), frames(rng, 0.0, 4))
        pairs = (found.gain, GAIN), (found.read_noise, SIGMA)
        off.append([(estimate.value - truth) / estimate.error for estimate, truth in pairs])
    for column in torch.tensor(off).T:
        assert 0.5 < column.square().mean().sqrt() < 1.5
        assert column.mean().abs() < 4 / math.sqrt(30)


def test_levels_at_white_are_left_out(rng: torch.Generator) -> None:
    clipped = frames(rng, 3000.0).clamp_max(2500)
    dark = frames(rng, 0.0)
    found = calibrate([frames(rng, 500.0), frames(rng, 1500.0), clipped], dark, white=2500)
    within(found.gain, GAIN, 0.03)
    with pytest.raises(ArgumentError, match="`frames` must have a level below white=2500"):
        calibrate([clipped], dark, white=2500)


def test_the_noise_model_follows() -> None:
    found = Calibration(Estimate(2.0, 0.1), Estimate(6.0, 0.2), Estimate(1.0, 0.1), Estimate(64.0, 0.1), 4.0)
    noise = found.noise(unit=4000.0)
    assert (noise.gain, noise.sigma, noise.row, noise.step) == (2 / 4000, 6 / 4000, 1 / 4000, 4 / 4000)
    assert str(found) == "gain 2 +- 0.1, read noise 6 +- 0.2, row noise 1 +- 0.1, black level 64 +- 0.1"
    assert Calibration(Estimate(2.0, 0.1), Estimate(0.0, 0.2)).noise().sigma == pytest.approx(2e-6)


def test_what_tells_nothing_is_refused() -> None:
    dark = torch.rand(2, 4, 4)
    with pytest.raises(ShapeError, match="`dark_frames` must hold two or more frames"):
        calibrate([dark], dark[:1])
    with pytest.raises(ArgumentError, match="`frames` must be brighter"):
        calibrate([dark - 1], dark)
    with pytest.raises(ShapeError, match="`frames` must be one photograph"):
        calibrate([dark])


def test_a_photograph_tells_less(rng: torch.Generator) -> None:
    rows, columns = torch.meshgrid(*(torch.linspace(0, 1, 480, dtype=torch.float64),) * 2, indexing="ij")
    scene = 0.05 + 0.8 * columns * (0.6 + 0.4 * torch.sin(6 * rows)) + 0.1 * (rows > 0.5)
    found = calibrate(CameraNoise(0.01, 0.03).sample(scene[None, None], rng)[0])
    assert abs(found.gain.value - 0.01) < 3 * found.gain.error
    assert abs(found.read_noise.value - 0.03) < 3 * found.read_noise.error
    assert found.gain.error < 0.001
    assert found.read_noise.error < 0.006
    assert found.row_noise is None
