import csv
from dataclasses import dataclass

import pytest
import torch
from torch import Tensor

from preimage.solve import iterate


@dataclass(frozen=True)
class State:
    x: Tensor
    k: int = 0


def halve(state):
    return State(state.x * torch.tensor([[0.5], [1.1]]), state.k + 1)


@pytest.fixture
def solution():
    monitor = lambda state: {"objective": state.x.square().sum(1)}  # noqa: E731
    one = lambda old, new: (new.x - old.x).abs().amax(1)  # noqa: E731
    return iterate(halve, State(torch.ones(2, 3)), 6, tol=0.08, residual=one, monitor=monitor)


def test_what_is_traced_is_that_of_each_step_until_a_sample_stops(solution):
    objective = solution.history.series["objective"]
    assert objective.shape == (6, 2)
    torch.testing.assert_close(objective[:4, 0], 3 * 0.25 ** torch.arange(1.0, 5))  # 0.5^k <= 0.08 at k = 4
    assert bool(objective[4:, 0].isnan().all())
    torch.testing.assert_close(objective[:, 1], 3 * 1.21 ** torch.arange(1.0, 7))


def test_table(solution, tmp_path):
    solution.history.write_csv(tmp_path / "trace.csv")
    with (tmp_path / "trace.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["step", "sample", "seconds", "residual", "objective"]
    assert [(row["step"], row["sample"]) for row in rows if row["sample"] == "0"] == [
        (str(k), "0") for k in (1, 2, 3, 4)
    ]
    assert sum(row["sample"] == "1" for row in rows) == 6
    assert float(rows[0]["objective"]) == pytest.approx(0.75)


def test_drawing(solution, tmp_path):
    figure = solution.plot()
    assert [axes.get_title() for axes in figure.axes] == ["residual", "objective", "seconds"]
    assert len(figure.axes[1].lines) == 2
    torch.testing.assert_close(
        torch.tensor(figure.axes[1].lines[1].get_ydata()), solution.history.series["objective"][:, 1]
    )
    figure.savefig(tmp_path / "trace.png")
    assert (tmp_path / "trace.png").stat().st_size > 5000


def test_a_run_without_steps():
    solution = iterate(halve, State(torch.ones(2, 3)), 0)
    assert solution.history.columns()["residual"].shape == (0, 2)
    assert len(solution.plot().axes) == 2
