import pytest
import torch

from preimage.physics import CodedDiffraction, Ptychography, PtychographyLinearOperator
from preimage.physics.phase import exposures
from tests.example import random


def wave(*shape: int, seed: int) -> torch.Tensor:
    return torch.complex(random(*shape, seed=seed), random(*shape, seed=seed + 1, low=-1)).to(torch.complex128)


SHIFTS = torch.tensor([[0, 0], [1, 2], [3, 1], [2, 2], [5, 4]])
CASES = {
    "positions": lambda: Ptychography(PtychographyLinearOperator(wave(4, 3, seed=1), SHIFTS, (6, 5))),
    "fractions": lambda: Ptychography(PtychographyLinearOperator(wave(2, 1, 4, 3, seed=1), SHIFTS + 0.3, (6, 5))),
    "masks": lambda: CodedDiffraction.random(5, (6, 5), torch.Generator().manual_seed(0)),
}


@pytest.mark.parametrize("name", CASES)
def test_some_after_others_are_all_at_once(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    physics, x = CASES[name](), wave(2, 1, 6, 5, seed=3)

    def results() -> list[torch.Tensor]:
        y = physics.A(x)
        z = physics.operator.A(x)
        return [y, z, physics.operator.A_adjoint(z), physics.operator.gram(x), physics.vjp(x, y)]

    assert len(physics.operator.blocks(x)) == 1
    expected = results()
    rows, columns = physics.operator.frame
    monkeypatch.setattr(exposures, "_BLOCK", -(-4 * rows * columns // torch.get_num_threads()))
    assert len(physics.operator.blocks(x)) == 3  # the last of one exposure
    for found, wanted in zip(results(), expected, strict=True):
        torch.testing.assert_close(found, wanted, rtol=1e-12, atol=1e-12)


def test_what_is_recorded_is_computed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exposures, "_BLOCK", 1)
    physics, x = CASES["fractions"](), wave(2, 1, 6, 5, seed=3)
    assert len(physics.operator.blocks(x)) == 5
    assert len(physics.operator.blocks(x.clone().requires_grad_())) == 1
    moving = physics.replace(shifts=(SHIFTS + 0.3).requires_grad_())
    assert len(moving.operator.blocks(x)) == 1
    with torch.no_grad():
        assert len(moving.operator.blocks(x)) == 5
