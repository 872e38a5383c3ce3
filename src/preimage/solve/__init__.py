"""The one loop, and solvers on plain callables: Krylov methods, fixed points."""

from preimage.solve.anderson import AndersonMixing
from preimage.solve.bicgstab import bicgstab
from preimage.solve.broyden import Broyden
from preimage.solve.cg import cg
from preimage.solve.eigenvector import leading_eigenvector
from preimage.solve.fixed_point import FixedPointSolver, fixed_point
from preimage.solve.history import History
from preimage.solve.interrupt import interruptible
from preimage.solve.iterate import Callback, Solution, iterate, relative_change, relative_distance
from preimage.solve.lanczos import spectral_norm
from preimage.solve.lsqr import lsqr
from preimage.solve.minres import minres
from preimage.solve.picard import Picard
from preimage.solve.reason import Reason
from preimage.solve.solution import LinearSolution, checked_solution
from preimage.solve.state import choose_samples, map_state, tensors_of, with_tensors
from preimage.solve.vectors import from_vectors, to_vectors

__all__ = [
    "AndersonMixing",
    "Broyden",
    "Callback",
    "FixedPointSolver",
    "History",
    "LinearSolution",
    "Picard",
    "Reason",
    "Solution",
    "bicgstab",
    "cg",
    "checked_solution",
    "choose_samples",
    "fixed_point",
    "from_vectors",
    "interruptible",
    "iterate",
    "leading_eigenvector",
    "lsqr",
    "map_state",
    "minres",
    "relative_change",
    "relative_distance",
    "spectral_norm",
    "tensors_of",
    "to_vectors",
    "with_tensors",
]
