import torch

from preimage.blind.kernel.crop import seen_in, textured
from tests.blind.kernel.scenes import shapes


def test_the_part_with_most_edges_is_taken() -> None:
    y = torch.full((200, 160), 0.5)
    y[100:180, 60:140] = shapes(80)[0]
    part = textured(y, 96)
    assert part.shape == (96, 96)
    assert float(part.std()) > 0.8 * float(y[92:188, 52:148].std())
    assert textured(y, 500) is y


def test_clipped_pixels_and_those_around_them_are_not_believed() -> None:
    y = torch.full((30, 30), 0.5)
    y[10, 10] = 1
    seen = seen_in(y)
    assert float((1 - seen).sum()) == 49
    assert bool(seen_in(torch.ones(9, 9)).all())


def test_what_goes_beyond_one_was_not_clipped_there() -> None:
    y = torch.full((30, 30), 0.5)
    y[10, 10], y[20, 20] = 1.02, 1.0
    assert bool(seen_in(y).all())
    y[10, 10], y[25, 3] = 0.9, 1 + 1e-7
    assert float((1 - seen_in(y)).sum()) == 98
