"""Linear forward models and what can be asked of any of them."""

import torch
from torch import Tensor

from preimage._tree import Measurement, dot, leaves, norm, scale, tree_map
from preimage.physics.base import Physics
from preimage.physics.structure import Diagonal
from preimage.solve import cg, checked, lsqr

__all__ = ["LinearPhysics"]


class LinearPhysics(Physics):
    """A linear ``A`` with its adjoint.

    A subclass defines :meth:`A` and :meth:`A_adjoint`, and replaces the iterative defaults of the other methods where
    it has a closed form. ``A_adjoint`` is exact, ``<A x, y> = <x, A_adjoint y>``, whatever the border or decimation.

    Operators combine: ``A @ B`` (A after B), ``A + B``, ``2 * A``, ``A.H``, :func:`preimage.physics.stack`; closed
    forms survive where the factors are diagonal in bases that fit.
    """

    def A_adjoint(self, y: Measurement) -> Tensor:
        """``A^H y``."""
        raise NotImplementedError

    def diagonal(self, like: Tensor) -> Diagonal | None:
        """``A = U diag(s) V^H`` on images like ``like``, where the operator has this form; else ``None``.

        Only the shape, the precision and the device of ``like`` count.
        """
        return None

    def outer_diagonal(self, like: Tensor) -> Diagonal | None:
        """``A A^H = U diag(s) U^H`` with real ``s`` >= 0 on measurements like ``like``; ``None`` where not known.

        As for :meth:`diagonal`, only the shape, the precision and the device of ``like`` count.
        """
        form = self.diagonal(like)
        return None if form is None else form.outer()

    def vjp(self, x: Tensor, v: Measurement) -> Tensor:
        """``A^H v``, whatever ``x``."""
        return self.A_adjoint(v)

    @torch.no_grad()
    def measured(self, y: Measurement) -> Measurement:
        """Where ``A x`` is not zero for a random ``x``: with probability one, the rows of ``A`` that are not zero."""
        like = self.A_adjoint(y)
        x = torch.rand(like.shape, generator=torch.Generator().manual_seed(0), dtype=like.dtype).to(like.device)
        return tree_map(lambda leaf: leaf != 0, self.A(x))

    def A_dagger(self, y: Measurement) -> Tensor:
        """The least-squares solution of minimum norm, by LSQR to a relative residual of 1e-6 (1e-10 in float64).

        The relative error of the solution may be larger than that by the condition number of ``A``. At most 1000 steps
        are taken; ``preimage.solve.lsqr(physics.A, physics.A_adjoint, y, tol, max_steps)`` takes as many as it is told.

        Warns:
            ConvergenceWarning: a sample has not converged in 1000 steps.
        """
        advice = (
            "raise `max_steps` in preimage.solve.lsqr(physics.A, physics.A_adjoint, y, max_steps=...), or take "
            "`solve_regularized`: where this many steps are not enough, noise would be amplified as much"
        )
        return checked(lsqr(self.A, self.A_adjoint, y), f"`A_dagger` of {type(self).__name__}", advice)

    def solve_shifted(self, b: Tensor, rho: float | Tensor) -> Tensor:
        """``(A^H A + rho I)^-1 b`` for ``rho`` > 0, a float or (B,); by at most 1000 steps of conjugate gradients.

        Warns:
            ConvergenceWarning: a sample has not reached a relative residual of 1e-6 (1e-10 in float64) by then.
        """
        shift = torch.as_tensor(rho, dtype=b.real.dtype, device=b.device).reshape(-1)
        solution = cg(lambda x: self.A_adjoint(self.A(x)) + scale(shift.to(x.dtype), x), b)
        advice = (
            "take a larger `rho` (in an algorithm, a smaller step size), or raise `max_steps` in "
            "preimage.solve.cg(lambda x: physics.A_adjoint(physics.A(x)) + rho * x, b, max_steps=...)"
        )
        return checked(solution, f"`solve_shifted` of {type(self).__name__}", advice)

    def solve_regularized(self, y: Measurement, rho: float | Tensor) -> Tensor:
        """``(A^H A + rho I)^-1 A^H y``: least squares with a Tikhonov term, for ``rho`` > 0, a float or (B,).

        The minimiser of ``||A u - y||^2 + rho ||u - x||^2`` is ``x + solve_regularized(y - A x, rho)``. That form keeps
        its accuracy for a small ``rho``, where ``solve_shifted(A^H y + rho x, rho)`` has lost ``rho x`` to rounding.
        """
        return self.solve_shifted(self.A_adjoint(y), rho)

    def norm(self, like: Tensor) -> Tensor:
        """Spectral norm (largest singular value) on images like ``like``; (B,), or (1,) where all agree.

        Only the shape, the precision and the device of ``like`` count. The norm is found by Lanczos' method from a
        fixed start, so that it is the same every time and each sample has its own.
        """
        start = torch.randn((1, *like.shape[1:]), generator=torch.Generator().manual_seed(0), dtype=like.real.dtype)
        return lanczos_norm(self, start.to(like.device).expand(like.shape).clone())

    @property
    def H(self) -> "LinearPhysics":
        """The adjoint as an operator."""
        from preimage.physics.algebra import adjoint

        return adjoint(self)

    def __matmul__(self, other: "LinearPhysics") -> "LinearPhysics":
        from preimage.physics.algebra import compose

        return compose(self, other)

    def __add__(self, other: "LinearPhysics") -> "LinearPhysics":
        from preimage.physics.algebra import total

        return total(self, other)

    def __mul__(self, factor: complex) -> "LinearPhysics":
        from preimage.physics.algebra import scaled

        return scaled(self, factor)

    __rmul__ = __mul__


def lanczos_norm(physics: LinearPhysics, start: Tensor, tol: float = 1e-3, max_steps: int = 200) -> Tensor:
    r"""Largest singular value of each sample, from the tridiagonal matrix of Lanczos' method on ``A^H A``.

    The largest eigenvalue ``t`` of that matrix lies within its residual ``r`` of one of ``A^H A``; a sample stops at
    ``r <= tol * t``. The error is then usually of the order of ``tol^2``, and of the order of ``tol`` where the largest
    singular values are that close together.

    Where gradients are recorded and ``A`` has parameters that ask for them, the value carries its gradient
    ``d||A|| = Re <u, dA v>`` with the leading singular vectors ``u`` and ``v``, for which Lanczos' method is run to a
    smaller residual. It is one of several where the largest singular value is not simple.

    Source: Parlett, "The symmetric eigenvalue problem", 1980, chapter 13.
    """
    recorded = torch.is_grad_enabled() and any(leaf.requires_grad for leaf in leaves(physics.A(start)))
    if recorded:
        tol = 1e-8 if start.real.dtype == torch.float64 else 1e-4
    basis: list[Tensor] = []
    with torch.no_grad():
        diagonal: list[Tensor] = []
        beside: list[Tensor] = [norm(start)]
        before, v = torch.zeros_like(start), start
        value = torch.zeros_like(beside[0])
        done = torch.zeros_like(value, dtype=torch.bool)
        for count in range(1, max_steps + 1):
            # A sample without anything new has a zero here, and keeps it.
            v = scale(torch.where(beside[-1] > 0, 1 / beside[-1], 0), v)
            image = physics.A_adjoint(physics.A(v))
            v = v.to(image.dtype)  # a complex operator makes real images complex
            basis += [v] if recorded else []
            diagonal.append(dot(v, image))
            following = image - scale(diagonal[-1], v)
            if count > 1:
                following = following - scale(beside[-1], before)
            beside.append(norm(following))
            before, v = v, following
            largest, residual = _top_of_tridiagonal(diagonal, beside[1:])
            value, done = torch.where(done, value, largest), done | (residual <= tol * largest)
            if bool(done.all()):
                break
    value = value.clamp_min(0).sqrt()
    if not recorded:
        return value
    image = physics.A(_top_vector(diagonal, beside[1:], basis))
    held = tree_map(Tensor.detach, image)
    product = dot(scale(1 / norm(held).clamp_min(torch.finfo(value.dtype).tiny), held), image)
    return value + product - product.detach()


def _tridiagonal(diagonal: list[Tensor], beside: list[Tensor]) -> Tensor:
    matrix = torch.diag_embed(torch.stack(diagonal, -1).double())
    if len(diagonal) == 1:
        return matrix
    off = torch.stack(beside[:-1], -1).double()
    return matrix + torch.diag_embed(off, 1) + torch.diag_embed(off, -1)


@torch.no_grad()
def _top_vector(diagonal: list[Tensor], beside: list[Tensor], basis: list[Tensor]) -> Tensor:
    """The unit Ritz vector of the largest eigenvalue of each sample; zero where the operator is."""
    weights = torch.linalg.eigh(_tridiagonal(diagonal, beside)).eigenvectors[:, :, -1]
    total = torch.zeros_like(basis[0])
    for number, vector in enumerate(basis):
        total = total + scale(weights[:, number].to(vector.dtype), vector)
    return scale(1 / norm(total).clamp_min(torch.finfo(beside[0].dtype).tiny), total)


def _top_of_tridiagonal(diagonal: list[Tensor], beside: list[Tensor]) -> tuple[Tensor, Tensor]:
    """The largest eigenvalue, and the residual of its Ritz vector; the last entry of ``beside`` leads out."""
    values, vectors = torch.linalg.eigh(_tridiagonal(diagonal, beside))
    residual = beside[-1].double() * vectors[:, -1, -1].abs()
    return values[:, -1].to(diagonal[0].dtype), residual.to(diagonal[0].dtype)
