"""Why an iteration stopped."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

__all__ = ["Kind", "Reason"]

Kind = Literal[
    "diverged", "callback", "interrupted", "max_steps", "all_steps", "one_pass", "nothing", "matched", "converged"
]
"""What ended the steps of a sample; see :class:`Reason`."""

# In the order in which the reasons of several runs are told.
_SENTENCES: dict[Kind, str] = {
    "diverged": "diverged at step {step}",
    "callback": "stopped by callback",
    "interrupted": "interrupted at step {step}: the best picture so far",
    "max_steps": "reached max_steps",
    "all_steps": "took all {step} steps",
    "one_pass": "one pass",
    "nothing": "nothing was to be done",
    "matched": "features matched at step {step}",
    "converged": "converged at step {step}",
}


@dataclass(frozen=True)
class Reason:
    """Why the steps of one sample ended; ``str(reason)`` says it in words.

    Attributes:
        kind: "converged": the tolerance or the stopping rule was met; "matched": the features looked for were found;
            "one_pass": the method has no steps; "nothing": there was nothing to do; "all_steps": they were a
            given number; "max_steps": the tolerance was not met within them; "interrupted": the user ended the run;
            "callback": a callback did; "diverged": the estimate was no longer finite, or had grown without bound.
        step: the step after which that was known, counted from 1.
        best_step: the step whose estimate is the result, where a rule has chosen one.
        others: the reasons of further runs that ended otherwise, where the result is the mean of several.
    """

    kind: Kind
    step: int
    best_step: int | None = None
    others: tuple["Reason", ...] = ()

    @staticmethod
    def of_runs(reasons: Sequence["Reason"]) -> "Reason":
        """The reason of the mean of several runs: the worst one, from "diverged" to "converged", and the others."""
        order = list(_SENTENCES)
        first, *others = sorted(dict.fromkeys(reasons), key=lambda reason: order.index(reason.kind))
        return replace(first, others=tuple(others))

    def __str__(self) -> str:
        """One sentence, or one for each run that ended otherwise, separated by semicolons."""
        best = "" if self.best_step is None else f", best at step {self.best_step}"
        single = self.kind == "all_steps" and self.step == 1
        own = ("took its one step" if single else _SENTENCES[self.kind].format(step=self.step)) + best
        return "; ".join([own, *map(str, self.others)])
