import pytest
import torch

from preimage.errors import ArgumentError
from preimage.optim import Annealing, ConstantSchedule, LogSchedule, SequenceSchedule
from preimage.optim.schedule import resolve


def test_published_noise_levels_of_deblurring():
    """K = 8 and sigma = 7.65: the levels and penalties that the method's authors use."""
    levels = Annealing().levels(7.65 / 255)
    found = [255 * levels.at(k) for k in range(8)]
    assert found[:3] == pytest.approx([49, 37.58, 28.82], abs=5e-3)
    assert found[-2:] == pytest.approx([9.97, 7.65], abs=5e-3)
    penalties = [0.23 * 7.65**2 / level**2 for level in found]
    assert penalties[:2] == pytest.approx([0.0056, 0.00953], abs=5e-5)
    assert penalties[-2:] == pytest.approx([0.1353, 0.23], abs=5e-4)


def test_last_level_is_the_floor_where_the_noise_is_below_it():
    levels = Annealing(steps=24, floor=3 / 255).levels(torch.tensor([1 / 255, 5 / 255]))
    torch.testing.assert_close(torch.as_tensor(levels.at(23)) * 255, torch.tensor([3.0, 5.0]))
    torch.testing.assert_close(torch.as_tensor(levels.at(0)) * 255, torch.tensor([49.0, 49.0]))


@pytest.mark.parametrize("mix", [0.0, 0.3, 1.0])
def test_log_schedule_against_numpy_like_spaces(mix):
    schedule = LogSchedule(0.2, 0.01, 5, mix)
    wanted = mix * torch.logspace(-0.6989700043360187, -2, 5).double() + (1 - mix) * torch.linspace(0.2, 0.01, 5)
    torch.testing.assert_close(torch.tensor([schedule.at(k) for k in range(5)]).double(), wanted, rtol=1e-5, atol=0)
    assert schedule.at(9) == 0.01
    assert LogSchedule(0.2, 0.01, 1).at(0) == 0.01


def test_sequences_constants_and_plain_numbers():
    assert [SequenceSchedule([3.0, 2.0]).at(k) for k in range(3)] == [3, 2, 2]
    learnt = torch.nn.Parameter(torch.ones(4, 2))
    assert next(SequenceSchedule(learnt).parameters()) is learnt
    assert resolve(ConstantSchedule(0.5), 7) == resolve(0.5, 7) == 0.5


def test_bad_values_are_refused():
    with pytest.raises(ArgumentError, match="steps"):
        LogSchedule(1, 1, 0)
    with pytest.raises(ArgumentError, match="values"):
        SequenceSchedule([])
