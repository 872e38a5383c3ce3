import math

import pytest
import torch

from preimage.errors import ArgumentError
from preimage.sampling import CosineSchedule, DDPMSchedule, FlowSchedule, NoiseSchedule, VPSchedule, ddpm_sigmas

SCHEDULES = [DDPMSchedule, VPSchedule, CosineSchedule, FlowSchedule]


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("steps", [1, 7, 50])
def test_levels_fall_to_zero(schedule: type[NoiseSchedule], steps: int) -> None:
    sigmas = schedule(steps).sigmas()
    assert sigmas.shape == (steps + 1,)
    assert bool((sigmas.diff() < 0).all())
    assert sigmas[-1] == 0


def test_the_table_of_ddpm_ends_where_the_published_one_does() -> None:
    """The share of the image that is left, ``1 / (1 + sigma^2)``: 4.04e-5 for 1e-4 to 0.02 in 1,000 times."""
    assert float(1 / (1 + ddpm_sigmas()[-1] ** 2)) == pytest.approx(4.036e-5, rel=1e-3)
    assert float(ddpm_sigmas()[0]) == pytest.approx(math.sqrt(1e-4 / (1 - 1e-4)))
    assert DDPMSchedule(10).sigmas()[0] == ddpm_sigmas()[-1]
    assert torch.equal(DDPMSchedule(1000).sigmas()[:-1], ddpm_sigmas().flip(0))


def test_levels_in_closed_form() -> None:
    assert float(VPSchedule(50).sigmas()[0]) == pytest.approx(math.sqrt(math.exp(0.1 + 19.9 / 2) - 1))
    assert float(CosineSchedule(50).sigmas()[-2]) == pytest.approx(math.tan(0.5 * math.pi * 0.008 / 1.008))
    assert float(FlowSchedule(2, begin=0.8).sigmas()[1]) == pytest.approx(0.4 / 0.6)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: DDPMSchedule(1001),
        lambda: VPSchedule(low=3.0, high=2.0),
        lambda: CosineSchedule(begin=1.0),
        lambda: FlowSchedule(begin=1.0),
    ],
)
def test_numbers_out_of_range_are_told(wrong: type) -> None:
    with pytest.raises(ArgumentError, match="must"):
        wrong()
