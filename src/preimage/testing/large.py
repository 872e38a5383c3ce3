"""What a linear physics must do on images of any size, by its definition and without its matrix."""

import copy
import warnings

import torch
from torch import Tensor

from preimage._tree import add_scaled, norm, subtract
from preimage.errors import ConvergenceWarning
from preimage.physics import LinearPhysics
from preimage.testing._compare import normal_like, require, seeded
from preimage.testing._properties import Property
from preimage.testing._values import samples_of, untouched
from preimage.testing.linear import inverse_properties, linear_properties

__all__ = ["large_properties"]

_STEPS = 40  # of Lanczos' method
_ACCURACY = 1e-3
_SMOOTHINGS = 8  # by A^H A


def large_properties(physics: LinearPhysics, x: Tensor) -> tuple[Property, ...]:
    """The properties that :func:`preimage.testing.check_linear` requires, for images ``x`` of any size.

    In place of a comparison with the matrix, solutions are put into the equations that they solve: a pseudo-inverse
    into the normal equations, and it must give back what it has given; and the norm is that of Lanczos' method.
    """
    return (
        *linear_properties(physics, x),
        *inverse_properties(
            lambda: _check_norm(physics, x), lambda: _check_dagger(physics, x), lambda: _check_shifted(physics, x)
        ),
    )


@torch.no_grad()
def _check_norm(physics: LinearPhysics, x: Tensor) -> None:
    with untouched(physics, call="norm"):
        value = physics.norm(x)
    require(value.shape in ((1,), (x.shape[0],)), physics, f"norm has shape {tuple(value.shape)}, want (1,) or (B,)")
    earlier, found = _largest(physics, x)
    low = bool((value >= (1 - 5 * _ACCURACY) * found).all())
    told = f"norm is {value.tolist()}, but A makes some images {found.tolist()} times as long"
    require(low, physics, told)
    has_converged = (found - earlier) <= _ACCURACY * found
    high = bool(((value <= (1 + 5 * _ACCURACY) * found) | ~has_converged).all())
    require(high, physics, f"norm is {value.tolist()}, but A makes no image more than {found.tolist()} times as long")


def _largest(physics: LinearPhysics, x: Tensor) -> tuple[Tensor, Tensor]:
    """Lower bounds of the largest singular values, (B,): after two thirds of the steps, and after all."""
    v = normal_like(x, seeded(10))
    v = _over(v, norm(v))
    basis: list[Tensor] = []
    alphas: list[Tensor] = []
    betas: list[Tensor] = []
    found = []
    for step in range(min(_STEPS, x[0].numel())):
        basis.append(v)
        w = physics.A_adjoint(physics.A(v))
        alphas.append((v.conj() * w).real.flatten(1).sum(1))
        for _ in range(2):  # twice is enough
            for other in basis:
                w = w - (other.conj() * w).flatten(1).sum(1).reshape(-1, *(1,) * (w.ndim - 1)) * other
        betas.append(norm(w))
        v = _over(w, betas[-1])
        if step == min(_STEPS, x[0].numel()) * 2 // 3:
            found.append(_ritz(alphas, betas))
    return found[0], _ritz(alphas, betas)


def _ritz(alphas: list[Tensor], betas: list[Tensor]) -> Tensor:
    diagonal, beside = torch.stack(alphas, 1).double(), torch.stack(betas[:-1], 1).double() if len(betas) > 1 else None
    matrix = torch.diag_embed(diagonal)
    if beside is not None:
        matrix = matrix + torch.diag_embed(beside, 1) + torch.diag_embed(beside, -1)
    return torch.linalg.eigvalsh(matrix)[:, -1].clamp_min(0).sqrt().to(alphas[0].dtype)


def _over(w: Tensor, size: Tensor) -> Tensor:
    # Below rounding there is no direction left.
    return w * torch.where(size > 1e-6, 1 / size.clamp_min(1e-6), 0).reshape(-1, *(1,) * (w.ndim - 1))


@torch.no_grad()
def _check_dagger(physics: LinearPhysics, x: Tensor) -> None:
    """``A^H (A u - y) = 0``, and images in the range of ``A^H`` are found again."""
    # One image is enough for what may take a thousand steps: samples are told apart below.
    one, image = samples_of(physics, slice(0, 1), len(x)), x[:1]
    y = normal_like(one.A(image), seeded(11))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it says so itself
        with untouched(one, y, call="A_dagger"):
            u = one.A_dagger(y)
        _require_like(u, image, physics, "A_dagger")
        rest = norm(one.A_adjoint(subtract(one.A(u), y)))
        size = norm(one.A_adjoint(y)) + one.norm(image) ** 2 * norm(u)
        worst = (rest / size.clamp_min(torch.finfo(size.dtype).tiny)).max().item()
        told = f"A_dagger is no least-squares solution: A^H (A A_dagger(y) - y) is {worst:.1e} of its parts, want 0"
        require(worst <= _ACCURACY / 10, physics, told)
        # In double precision, because small singular values amplify rounding. Applied so often, A^H A leaves an image
        # that has little to do with them, so that iterations are few.
        wide, z = copy.deepcopy(physics).to(torch.float64), normal_like(x, seeded(13)).to(_wide(x))
        for _ in range(_SMOOTHINGS):
            z = wide.A_adjoint(wide.A(z))
            z = _over(z, norm(z))
        again = wide.A_dagger(wide.A(z))
    off = (norm(again - z) / norm(z).clamp_min(torch.finfo(torch.float64).tiny)).max().item()
    told = f"A_dagger(A u), with u = (A^H A)^p z, is {off:.1e} of u away from u: it is not the shortest solution"
    require(off <= _ACCURACY, physics, told)


@torch.no_grad()
def _check_shifted(physics: LinearPhysics, x: Tensor) -> None:
    b = normal_like(x, seeded(12))
    power = physics.norm(x).square().expand(len(x))
    levels = (power * torch.linspace(0.2, 1, len(x), dtype=power.dtype, device=power.device)).to(x.real.dtype)
    for rho in (0.3 * power.max().item(), levels):
        with untouched(physics, b, rho if isinstance(rho, Tensor) else (), call="solve_shifted"):
            u = physics.solve_shifted(b, rho)
        _require_like(u, x, physics, "solve_shifted")
        shift = torch.as_tensor(rho, dtype=x.real.dtype, device=x.device).expand(len(x))
        rest = subtract(add_scaled(physics.A_adjoint(physics.A(u)), shift, u), b)
        worst = (norm(rest) / norm(b)).max().item()
        kind = "one rho per sample" if isinstance(rho, Tensor) else "one rho"
        told = f"solve_shifted with {kind}: (A^H A + rho) u - b is {worst:.1e} of b, want 0"
        require(worst <= _ACCURACY / 10, physics, told)


def _require_like(u: Tensor, x: Tensor, physics: LinearPhysics, what: str) -> None:
    alike = u.shape == x.shape and u.dtype == x.dtype
    require(alike, physics, f"{what} gives {u.dtype} {tuple(u.shape)}, want {x.dtype} {tuple(x.shape)}")


def _wide(x: Tensor) -> torch.dtype:
    return torch.complex128 if x.is_complex() else torch.float64
