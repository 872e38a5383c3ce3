import pytest

from preimage.solve import Reason
from preimage.solve.reason import Kind


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (Reason("converged", 5), "converged at step 5"),
        (Reason("converged", 5, best_step=3), "converged at step 5, best at step 3"),
        (Reason("max_steps", 9), "reached max_steps"),
        (Reason("all_steps", 9), "took all 9 steps"),
        (Reason("all_steps", 1), "took its one step"),
        (Reason("diverged", 2), "diverged at step 2"),
        (Reason("callback", 2), "stopped by callback"),
        (Reason("interrupted", 4), "interrupted at step 4: the best picture so far"),
        (Reason("matched", 4), "features matched at step 4"),
        (Reason("one_pass", 1), "one pass"),
    ],
)
def test_records_of_every_version_hold_these_sentences(reason: Reason, sentence: str) -> None:
    assert str(reason) == f"{reason}" == sentence


def test_runs_that_ended_alike_are_told_once() -> None:
    reason = Reason.of_runs([Reason("all_steps", 9)] * 3)
    assert str(reason) == "took all 9 steps"
    assert reason.kind == "all_steps"


def test_one_run_that_has_not_converged_is_no_convergence() -> None:
    ended, converged = Reason("all_steps", 9), Reason("converged", 4, 2)
    for runs in ([converged, ended], [ended, converged]):
        assert Reason.of_runs(runs).kind == "all_steps"
        assert str(Reason.of_runs(runs)) == "took all 9 steps; converged at step 4, best at step 2"


def test_the_worst_run_is_told_first() -> None:
    order: list[Kind] = ["diverged", "callback", "all_steps", "converged"]
    assert Reason.of_runs([Reason(kind, 1) for kind in reversed(order)]).kind == "diverged"
    assert str(Reason.of_runs([Reason(kind, 7) for kind in reversed(order)])) == (
        "diverged at step 7; stopped by callback; took all 7 steps; converged at step 7"
    )
