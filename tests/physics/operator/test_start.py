"""The start of Lanczos' method."""

import torch

from preimage.physics.operator.start import random_start


def test_a_start_is_the_same_every_time_and_for_all_samples() -> None:
    like = torch.zeros(3, 2, 5, 4, dtype=torch.complex128)
    start = random_start(like)
    assert start.shape == like.shape
    assert start.dtype == like.dtype
    assert torch.equal(start, random_start(like + 1))
    assert torch.equal(start[0], start[2])
    assert float(start.abs().amin()) > 0
    start[0] = 0  # not a view of the others
    assert float(start[1].abs().amin()) > 0
