"""Iterative methods, step by step."""

from preimage._tree import Measurement
from preimage.errors import ConvergenceError
from preimage.optim import DPIR, Variational
from preimage.physics import Physics
from preimage.reconstruct.frame.approach import FoundImages, Tell
from preimage.solve import Reason

__all__ = ["run_variational"]


def run_variational(model: Variational | DPIR, y: Measurement, physics: Physics, tell: Tell) -> FoundImages:
    """The solution of ``model``, telling of each step.

    Raises:
        ConvergenceError: a slice diverged.
    """
    solution = model.solve(y, physics, [lambda step, state: tell(step)])
    if solution.failures():
        raise ConvergenceError(f"{solution.failures()}; take another method, or another `weight`.")
    return FoundImages(solution.x, Reason.of_runs(solution.reason))
