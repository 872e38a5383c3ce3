"""The one loop, and Krylov solvers on plain callables."""

from preimage.solve.cg import cg
from preimage.solve.lsqr import lsqr
from preimage.solve.minres import minres
from preimage.solve.solution import LinearSolution

__all__ = ["LinearSolution", "cg", "lsqr", "minres"]
