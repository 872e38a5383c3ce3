"""What can be asked of a linear forward model, in closed form where its structure is known."""

from collections.abc import Callable

import torch
from torch import Tensor

from preimage._seen import keep_seen
from preimage._shapes import per_image
from preimage._tree import Measurement, scale, tree_map
from preimage.physics.operator.base import Physics
from preimage.physics.operator.start import random_start
from preimage.physics.operator.structure import Diagonal
from preimage.solve import cg, checked_solution, lsqr, spectral_norm
from preimage.transform import Fourier, Pixels
from preimage.transform.fourier import widened

__all__ = ["Structured"]


class Structured(Physics):
    """A linear ``A`` with its adjoint, its structure, and what follows from it.

    A subclass defines :meth:`A` and :meth:`A_adjoint`, or :meth:`diagonal` alone. What it tells of its structure there
    and in :meth:`outer_diagonal` gives the other methods their closed forms; they iterate where it is ``None``.
    """

    def diagonal(self, like: Tensor) -> Diagonal | None:
        """``A = U diag(s) V^H`` on images like ``like``, where the operator has this form; else ``None``.

        Only the shape, the precision and the device of ``like`` count, and whether the answer is ``None`` depends on
        the operator alone.
        """
        return None

    def outer_diagonal(self, like: Tensor) -> Diagonal | None:
        """``A A^H = U diag(s) U^H`` with real ``s`` >= 0 on measurements like ``like``; ``None`` where not known.

        What counts of ``like`` is what counts in :meth:`diagonal`.
        """
        form = self.diagonal(like)
        return None if form is None else form.outer()

    def pixel_mask(self, y: Measurement) -> Tensor | None:
        """The mask ``M`` with ``A^H A = diag(M)``, one where a pixel of the image was measured and zero elsewhere.

        It broadcasts to the images of a measurement like ``y``. ``None`` for operators that mix or weight pixels.
        """
        form = self.diagonal(y) if isinstance(y, Tensor) else None
        if form is None or form.left != Pixels() or form.right != Pixels():
            return None
        return form.s if bool(((form.s == 0) | (form.s == 1)).all()) else None

    def A(self, x: Tensor) -> Measurement:
        """``A x``."""
        form = self._form(x)
        if form is None:
            raise NotImplementedError
        return form.A(x)

    def A_adjoint(self, y: Measurement) -> Tensor:
        """``A^H y``."""
        form = self._form(y)
        if form is None:
            raise NotImplementedError
        return form.A_adjoint(y)

    def normal_map(self, like: Tensor) -> Callable[[Tensor], Tensor]:
        """The map ``x -> A^H A x`` on images like ``like``, with whatever it needs computed once.

        Solvers ask for it before their loop. Of ``like`` only the shape, the precision and the device count.
        """
        return lambda x: self.A_adjoint(self.A(x))

    def normal(self, x: Tensor) -> Tensor:
        """``A^H A x``."""
        return self.normal_map(x)(x)

    def vjp(self, x: Tensor, v: Measurement) -> Tensor:
        """``A^H v``, whatever ``x``."""
        return self.A_adjoint(v)

    def pullback(self, x: Tensor) -> tuple[Measurement, Callable[[Measurement], Tensor]]:
        """``A x`` and ``A^H``."""
        return self.A(x), self.A_adjoint

    @torch.no_grad()
    def seen(self, y: Measurement) -> Measurement:
        """The rows of ``A`` that are not zero, where they are known; ``None`` for all of them.

        Where the structure does not tell, they are found by a random ``x``: ``A x`` is not zero there, with probability
        one.
        """
        form = self.diagonal(y)
        if form is not None and isinstance(form.left, Fourier):
            return None  # every coefficient reaches every sample
        if form is not None and form.left == Pixels():
            return form.s != 0
        like = self.A_adjoint(y)
        x = torch.rand(like.shape, generator=torch.Generator().manual_seed(0), dtype=like.dtype).to(like.device)
        return tree_map(lambda leaf: leaf != 0, self.A(x))

    def A_dagger(self, y: Measurement) -> Tensor:
        """The least-squares solution of minimum norm.

        Where no closed form is known it is found by LSQR, to a relative residual of 1e-6 (1e-10 in float64). The
        relative error of the solution may be larger than that by the condition number of ``A``. At most 1000 steps
        are taken; ``preimage.solve.lsqr(physics.A, physics.A_adjoint, y, tol, max_steps)`` takes as many as it is told.

        Warns:
            ConvergenceWarning: a sample has not converged in 1000 steps.
        """
        form = self._form(y)
        if form is not None:
            return form.A_dagger(y)
        outer = self._outer_form(y)
        if outer is not None:
            return self.A_adjoint(outer.A_dagger(y))
        advice = (
            "raise `max_steps` in preimage.solve.lsqr(physics.A, physics.A_adjoint, y, max_steps=...), or take "
            "`solve_regularized`: where this many steps are not enough, noise would be amplified as much"
        )
        measured = keep_seen(y, self.seen(y))
        return checked_solution(lsqr(self.A, self.A_adjoint, measured), f"`A_dagger` of {type(self).__name__}", advice)

    def solve_shifted(self, b: Tensor, rho: float | Tensor) -> Tensor:
        """``(A^H A + rho I)^-1 b`` for ``rho`` > 0, a float or (B,).

        Where no closed form is known it is found by at most 1000 steps of conjugate gradients.

        Warns:
            ConvergenceWarning: a sample has not reached a relative residual of 1e-6 (1e-10 in float64) by then.
        """
        form = self._form(b)
        if form is not None:
            return form.solve_shifted(b, rho)
        if self.outer_diagonal(b) is not None:
            z = self.A(b)
            outer = self._outer_form(z)
            assert outer is not None  # as it was for `b`: the operator alone decides
            return (b - self.A_adjoint(outer.solve(z, rho))) / per_image(rho, b.real)
        shift = torch.as_tensor(rho, dtype=b.real.dtype, device=b.device).reshape(-1)
        normal = self.normal_map(b)
        solution = cg(lambda x: normal(x) + scale(shift.to(x.dtype), x), b)
        advice = (
            "take a larger `rho` (in an algorithm, a smaller step size), or raise `max_steps` in "
            "preimage.solve.cg(lambda x: physics.normal(x) + rho * x, b, max_steps=...)"
        )
        return checked_solution(solution, f"`solve_shifted` of {type(self).__name__}", advice)

    def solve_regularized(self, y: Measurement, rho: float | Tensor) -> Tensor:
        """``(A^H A + rho I)^-1 A^H y``: least squares with a Tikhonov term, for ``rho`` > 0, a float or (B,).

        The minimiser of ``||A u - y||^2 + rho ||u - x||^2`` is ``x + solve_regularized(y - A x, rho)``. That form keeps
        its accuracy for a small ``rho``, where ``solve_shifted(A^H y + rho x, rho)`` has lost ``rho x`` to rounding.
        """
        form = self._form(y)
        if form is not None:
            return form.solve_regularized(y, rho)
        outer = self._outer_form(y)
        return self.solve_shifted(self.A_adjoint(y), rho) if outer is None else self.A_adjoint(outer.solve(y, rho))

    def norm(self, like: Tensor) -> Tensor:
        """Spectral norm (largest singular value) on images like ``like``; (B,), or (1,) where all agree.

        Only the shape, the precision and the device of ``like`` count. Where no closed form is known the norm is found
        by Lanczos' method from a fixed start, so that it is the same every time and each sample has its own.
        """
        form = self.diagonal(like)
        if form is not None:
            return form.norm()
        if self.outer_diagonal(like) is not None:
            outer = self.outer_diagonal(self.A(like))
            assert outer is not None  # as above
            return outer.norm().sqrt()
        return spectral_norm(self.A, self.A_adjoint, random_start(like))

    def _form(self, like: Measurement) -> Diagonal | None:
        """:meth:`diagonal` in single precision where ``like`` has half: Fourier transforms are computed in that."""
        return self.diagonal(tree_map(widened, like))

    def _outer_form(self, like: Measurement) -> Diagonal | None:
        """:meth:`outer_diagonal` likewise."""
        return self.outer_diagonal(tree_map(widened, like))
