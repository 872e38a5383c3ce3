"""The one loop, and Krylov solvers on plain callables."""

from preimage.solve.cg import cg
from preimage.solve.history import History
from preimage.solve.iterate import Callback, Solution, iterate, relative_change
from preimage.solve.lsqr import lsqr
from preimage.solve.minres import minres
from preimage.solve.solution import LinearSolution

__all__ = [
    "Callback",
    "History",
    "LinearSolution",
    "Solution",
    "cg",
    "iterate",
    "lsqr",
    "minres",
    "relative_change",
]
