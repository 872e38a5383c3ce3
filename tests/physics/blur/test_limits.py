import math

import torch

from preimage.physics.blur.limits import Limits

Y = torch.tensor([0.0, 0.2, 0.8, 1.0])


def test_samples_at_a_limit_are_clipped() -> None:
    assert Limits(0.0, 1.0).clipped(Y).tolist() == [True, False, False, True]
    assert Limits(high=0.8).clipped(Y).tolist() == [False, False, True, True]
    assert Limits().clipped(Y).tolist() == [False] * 4


def test_a_clipped_sample_agrees_with_what_lies_beyond() -> None:
    """The prediction is ``y - missing``: 1.3 agrees with 1.0 at the upper limit, 0.7 does not."""
    limits = Limits(0.0, 1.0)
    predicted = torch.tensor([-0.3, 0.5, 0.5, 1.3])
    assert limits.beyond(Y, Y - predicted).tolist() == [True, False, False, True]
    assert limits.beyond(Y, Y - torch.tensor([0.3, 0.5, 0.5, 0.7])).tolist() == [False] * 4


def test_pictures_are_clipped_to_the_limits_if_there_are_any() -> None:
    x = torch.tensor([-1.0, 0.5, 2.0])
    assert Limits(0.0, 1.0).of(x).tolist() == [0, 0.5, 1]
    assert Limits(high=1.0).of(x).tolist() == [-1, 0.5, 1]
    assert Limits().of(x) is x
    assert Limits(high=1.0).any
    assert not Limits(-math.inf, math.inf).any
