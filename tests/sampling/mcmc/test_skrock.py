import pytest
import torch

from preimage.errors import ArgumentError
from preimage.sampling import SKROCK
from tests.sampling.mcmc.problem import MEAN, VARIANCE, Y, moments, run


@pytest.mark.parametrize("stages", [2, 10])
def test_short_steps_give_mean_and_variance(stages: int) -> None:
    mean, variance = moments(run(SKROCK(0.15 * VARIANCE, stages=stages), 60, 6))
    torch.testing.assert_close(mean, MEAN * Y[:, 0, 0, 0], rtol=0, atol=0.01)
    assert float(variance) == pytest.approx(VARIANCE, rel=0.04)


def test_the_usual_step_shrinks_the_smallest_variance_as_it_says() -> None:
    mean, variance = moments(run(SKROCK(), 40))
    torch.testing.assert_close(mean, MEAN * Y[:, 0, 0, 0], rtol=0, atol=0.01)
    assert float(variance) == pytest.approx(0.7 * VARIANCE, rel=0.1)


def test_one_stage_is_told() -> None:
    with pytest.raises(ArgumentError, match="`stages`"):
        SKROCK(stages=1)
