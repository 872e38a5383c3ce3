import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.transform import Reflect
from tests.example import Example

EXAMPLES = {
    Reflect: [
        Example(Reflect, (3, 2, 4, 5), complex=True),
        Example(lambda: Reflect((-1,))),
        Example(lambda: Reflect((-3, -1)), (2, 1, 3, 4, 2)),
    ],
}


def test_axes_are_reversed() -> None:
    x = torch.arange(48.0).reshape(4, 1, 3, 4)
    rows = torch.tensor([[False, False], [True, False], [False, True], [True, True]])
    result = Reflect((-2, -1)).transform(x, rows)
    assert torch.equal(result, torch.stack([x[0], x[1].flip(-2), x[2].flip(-1), x[3].flip(-2, -1)]))


def test_each_axis_is_reversed_half_the_time(rng: torch.Generator) -> None:
    yes = Reflect().draw(4000, rng).double()
    assert yes.mean(0).tolist() == pytest.approx([0.5, 0.5], abs=4 * 0.5 / 4000**0.5)
    assert float((yes[:, 0] * yes[:, 1]).mean()) == pytest.approx(0.25, abs=4 * 0.43 / 4000**0.5)


def test_what_is_refused() -> None:
    for axes in ((), (0,), (-1, -1)):
        with pytest.raises(ArgumentError, match="each once"):
            Reflect(axes)
    with pytest.raises(ShapeError):
        Reflect((-3,))(torch.rand(1, 1, 2, 2))
