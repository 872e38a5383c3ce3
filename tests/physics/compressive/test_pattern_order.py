import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics.compressive import pattern_order
from preimage.transform import hadamard_matrix

SHAPE = (4, 8)


def patterns(order: str) -> torch.Tensor:
    return hadamard_matrix(32)[pattern_order(SHAPE, order)].reshape(-1, *SHAPE)


def sequencies(order: str) -> list[tuple[int, int]]:
    """Sign changes down the first column and along the first row."""
    shown = patterns(order)
    down = (shown[:, 1:, 0] != shown[:, :-1, 0]).sum(1)
    along = (shown[:, 0, 1:] != shown[:, 0, :-1]).sum(1)
    return list(zip(down.tolist(), along.tolist(), strict=True))


def pieces(pattern: torch.Tensor) -> int:
    """Connected parts of one sign, by spreading labels to neighbours of the same sign."""
    labels = torch.arange(pattern.numel()).reshape(pattern.shape)
    while True:
        before = labels
        for axis in (0, 1):
            for step in (1, -1):
                moved, sign = labels.roll(step, axis), pattern.roll(step, axis)
                inside = torch.ones_like(labels, dtype=torch.bool)
                inside.select(axis, 0 if step == 1 else -1).fill_(False)
                labels = torch.where(inside & (sign == pattern), torch.minimum(labels, moved), labels)
        if torch.equal(labels, before):
            return len(labels.unique())


@pytest.mark.parametrize("order", ["natural", "sequency", "zig-zag", "cake-cutting", "xy"])
def test_every_pattern_is_shown_once(order: str) -> None:
    assert sorted(pattern_order(SHAPE, order).tolist()) == list(range(32))
    assert pattern_order(SHAPE, order)[0] == 0


def test_sequency_counts_sign_changes_row_after_row() -> None:
    flat = patterns("sequency").flatten(1)
    assert (flat[:, 1:] != flat[:, :-1]).sum(1).tolist() == list(range(32))


def test_cake_cutting_counts_pieces() -> None:
    counts = [pieces(pattern) for pattern in patterns("cake-cutting")]
    assert counts == sorted(counts)
    assert counts[:4] == [1, 2, 2, 3]


def test_zig_zag_follows_diagonals_in_turn() -> None:
    assert sequencies("zig-zag")[:6] == [(0, 0), (0, 1), (1, 0), (2, 0), (1, 1), (0, 2)]
    sums = [u + v for u, v in sequencies("zig-zag")]
    assert sums == sorted(sums)


def test_xy_follows_its_formula() -> None:
    values = [u * v + (u * u + v * v) / 4 for u, v in sequencies("xy")]
    assert values == sorted(values)


def test_there_are_no_other_orders() -> None:
    with pytest.raises(ArgumentError, match="`order` must be one of natural, sequency"):
        pattern_order(SHAPE, "random")
