import torch

from preimage.denoisers import TVDenoiser
from preimage.restore.methods.passes import counter, seconds_of_call


def test_calls_are_counted_up_to_those_that_were_foreseen():
    told = []
    count = counter(lambda done, total: told.append((done, total)), 2)
    assert count is not None
    for _ in range(3):
        count()
    assert told == [(0, 2), (1, 2), (2, 2), (2, 2)]
    assert counter(None, 2) is None


def test_a_call_takes_time():
    assert 0 < seconds_of_call(TVDenoiser(), torch.rand(1, 1, 8, 8)) < 60
