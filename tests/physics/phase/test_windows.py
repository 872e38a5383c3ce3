import pytest
import torch

from preimage.errors import ShapeError
from preimage.physics.phase.windows import add_windows, check_shifts, cutter, mover, require_shifts

SHIFTS = torch.tensor([[[0, 0], [1, 2]], [[3, 1], [2, 4]]])
ALL = slice(None)


def test_each_sample_has_its_windows(rng: torch.Generator) -> None:
    x = torch.randn(2, 1, 5, 6, generator=rng)
    cut = cutter(x, SHIFTS, (3, 2))(ALL)
    for one, sample in enumerate(SHIFTS.tolist()):
        for k, (row, column) in enumerate(sample):
            assert torch.equal(cut[one, k], x[one, 0].roll((-row, -column), (0, 1))[:3, :2])
    assert torch.equal(cutter(x, SHIFTS, (3, 2))(slice(1, 2)), cut[:, 1:])
    assert torch.equal(cutter(x[:1], SHIFTS, (3, 2))(ALL)[1], cutter(x[:1], SHIFTS[1], (3, 2))(ALL)[0])


@pytest.mark.parametrize("shifts", [SHIFTS, SHIFTS[:1], SHIFTS[0]])
def test_adding_is_the_adjoint_of_cutting(shifts: torch.Tensor, rng: torch.Generator) -> None:
    x = torch.randn(2, 1, 5, 6, generator=rng, dtype=torch.float64)
    y = torch.randn(2, 2, 3, 2, generator=rng, dtype=torch.float64)
    added = add_windows(None, y, shifts, (5, 6))
    torch.testing.assert_close((added * x).sum(), (y * cutter(x, shifts, (3, 2))(ALL)).sum())
    torch.testing.assert_close(add_windows(added.clone(), y, shifts, (5, 6)), 2 * added)


def test_each_sample_moves_its_probe(rng: torch.Generator) -> None:
    probe = torch.randn(1, 1, 4, 4, generator=rng, dtype=torch.complex128)
    shifts = SHIFTS + torch.rand(2, 2, 2, generator=rng, dtype=torch.float64)
    moved = mover(probe, shifts)(ALL)
    torch.testing.assert_close(moved[1:], mover(probe, shifts[1])(ALL))


def test_positions_are_checked() -> None:
    with pytest.raises(ShapeError, match="`shifts` must be"):
        check_shifts(torch.zeros(2, 3))
    with pytest.raises(ShapeError, match="of 1 or 3 samples"):
        require_shifts(SHIFTS, 3)
