"""What every linear physics must do."""

from collections.abc import Callable
from typing import cast

import torch
from torch import Tensor

from preimage._tree import add, dot, leaves, norm, scale, tree_map
from preimage.physics import LinearPhysics
from preimage.testing._adjoint import explain_adjoint
from preimage.testing._compare import normal_like, require, require_close, require_equal, rounding, seeded
from preimage.testing._dense import as_vectors, dense, from_vectors
from preimage.testing._properties import Property, run_properties
from preimage.testing._values import samples_of, untouched
from preimage.testing.physics import check_compiled

__all__ = ["check_linear"]

_ADJOINT = "A_adjoint takes the steps of A in reverse order, each turned around and conjugated, borders included"


def check_linear(physics: LinearPhysics, x: Tensor) -> None:
    """Require that the parts of ``physics`` fit together and agree with the dense matrix of ``A``.

    Linearity; the adjoint, by the dot test and by automatic differentiation; ``normal`` against the two; ``norm``
    against the largest singular value; ``A_dagger`` against the pseudo-inverse; ``solve_shifted`` against a dense
    solve, for one ``rho`` and for one per sample; ``measured`` leaves out only zeros. Batches hold an ordinary sample,
    an all-zero one and one that Krylov methods solve in a single step.

    Args:
        physics: the operator under test. A tensor field whose leading dimension is the batch size of ``x`` is taken to
            hold one entry per image.
        x: two or more tiny images (a few hundred numbers each): the matrix is built in full.

    Raises:
        AssertionError: names the class and the property it breaks.
    """
    run_properties(dense_properties(physics, x))


def dense_properties(physics: LinearPhysics, x: Tensor) -> tuple[Property, ...]:
    """The properties that :func:`check_linear` requires, in turn."""
    matrix = dense(physics, x)
    return (
        *linear_properties(physics, x),
        *inverse_properties(
            lambda: _check_norm(physics, x, matrix),
            lambda: _check_dagger(physics, x, matrix),
            lambda: _check_shifted(physics, x, matrix),
        ),
        Property("compiled adjoint", lambda: check_compiled(physics.A_adjoint, physics.A(x), physics, "A_adjoint"), ""),
    )


def linear_properties(physics: LinearPhysics, x: Tensor) -> tuple[Property, ...]:
    """What can be checked without the matrix of ``A``, whatever the size of the images."""
    return (
        Property(
            "linearity", lambda: _check_linearity(physics, x), "A adds no constant and clips nothing", ("repeatable",)
        ),
        Property("adjoint", lambda: _check_adjoint(physics, x), _ADJOINT, ("linearity",)),
        Property(
            "independence of the adjoint", lambda: _check_adjoint_alone(physics, x),
            "no mean, norm, sort or index of A_adjoint runs over dimension 0", ("independence",),
        ),
        Property(
            "automatic differentiation", lambda: _check_autograd(physics, x),
            "A consists of operations of torch: no .detach(), no .numpy(), no torch.no_grad()", ("adjoint",),
        ),
        Property(
            "normal map", lambda: _check_normal(physics, x), "normal(x) is A_adjoint(A(x))", ("adjoint",),
        ),
        Property(
            "seen", lambda: _check_measured(physics, x), "seen(y) is false only where A x is zero for every x",
            ("adjoint",),
        ),
    )  # fmt: skip


def inverse_properties(
    norm: Callable[[], None], dagger: Callable[[], None], shifted: Callable[[], None]
) -> tuple[Property, ...]:
    """Those that follow from ``A`` and its adjoint, by the checks given."""
    needs = ("linearity", "adjoint", "independence")
    return (
        Property("norm", norm, "norm(like) is the largest singular value of A on images like `like`", needs),
        Property("pseudo-inverse", dagger, "A_dagger(y) is the least-squares solution of minimum norm", needs),
        Property(
            "shifted solve", shifted, "solve_shifted(b, rho) solves (A^H A + rho) x = b, a rho for each image", needs
        ),
    )


def _accuracy(x: Tensor) -> float:
    return 1e-9 if x.real.dtype == torch.float64 else 1e-5


def _check_linearity(physics: LinearPhysics, x: Tensor) -> None:
    other = normal_like(x, seeded(1))
    factor: complex = 0.6 - 0.8j if x.is_complex() else -0.7
    combined = add(scale(factor, physics.A(x)), physics.A(other))
    require_close(physics.A(factor * x + other), combined, rounding(x.real.dtype, 1000), physics, "A(a x + z)")
    zero = physics.A(torch.zeros_like(x))
    require_equal(zero, tree_map(torch.zeros_like, zero), physics, "A(0)")


def _check_adjoint(physics: LinearPhysics, x: Tensor) -> None:
    u = normal_like(x, seeded(2))
    image = physics.A(u)
    v = normal_like(image, seeded(3))
    with untouched(physics, v, call="A_adjoint"):
        back = physics.A_adjoint(v)
    require(back.shape == x.shape, physics, f"A_adjoint gives {tuple(back.shape)}, want {tuple(x.shape)}")
    require(back.dtype == x.dtype, physics, f"A_adjoint gives {back.dtype}, want {x.dtype}")
    turns = (1, 1j) if x.is_complex() else (1,)
    for turn in turns:
        gap = dot(scale(turn, v), image) - dot(turn * back, u)
        size = norm(v) * norm(image) + norm(back) * norm(u)
        worst = (gap.abs() / size.clamp_min(torch.finfo(gap.dtype).tiny)).max().item()
        # Where samples mix, an adjoint of the whole batch is none of its samples; independence is checked elsewhere.
        is_adjoint_of_all = bool(gap.sum().abs() <= rounding(gap.dtype, 50) * size.sum())
        if not worst <= rounding(gap.dtype, 50) and not is_adjoint_of_all:
            where = explain_adjoint(physics, x, v, back)
            require(False, physics, f"<A x, y> and <x, A_adjoint y> differ by {worst:.1e}: {where}")


def _check_adjoint_alone(physics: LinearPhysics, x: Tensor) -> None:
    v = normal_like(physics.A(x), seeded(3))
    batch, back = x.shape[0], physics.A_adjoint(v)
    for index in range(batch):
        rows = slice(index, index + 1)
        alone = samples_of(physics, rows, batch).A_adjoint(tree_map(lambda t, r=rows: t[r], v))
        require_close(alone, back[rows], rounding(x.real.dtype), physics, "A_adjoint of one sample, against the batch,")


def _check_measured(physics: LinearPhysics, x: Tensor) -> None:
    """Entries that are not measured are zero, whatever the image."""
    y = physics.A(normal_like(x, seeded(5)))
    with untouched(physics, y, call="measured"):
        measured = physics.seen(y)
    for leaf, mask in zip(leaves(y), leaves(measured), strict=True):
        if mask is not None:
            require(mask.dtype == torch.bool, physics, f"measured gives {mask.dtype}, want booleans or None")
            require(not leaf[~mask.expand(leaf.shape)].any(), physics, "measured leaves out entries that A reaches")


def _check_autograd(physics: LinearPhysics, x: Tensor) -> None:
    point = x.clone().requires_grad_()
    y = physics.A(point)
    require(all(leaf.requires_grad for leaf in leaves(y)), physics, "A loses the gradient of its argument")
    v = normal_like(y, seeded(4))
    (pulled,) = torch.autograd.grad(dot(v, y).sum(), point)
    require_close(physics.A_adjoint(v), pulled, rounding(x.real.dtype, 1000), physics, "A_adjoint, against autograd,")


def _check_normal(physics: LinearPhysics, x: Tensor) -> None:
    u = normal_like(x, seeded(4))
    with untouched(physics, u, call="normal"):
        found = physics.normal(u)
    expected = physics.A_adjoint(physics.A(u))
    require_close(found, expected, 10 * _accuracy(x), physics, "normal, against A_adjoint after A,")


def _check_norm(physics: LinearPhysics, x: Tensor, matrix: Tensor) -> None:
    with untouched(physics, call="norm"):
        value = physics.norm(x)
    require(value.shape in ((1,), (x.shape[0],)), physics, f"norm has shape {tuple(value.shape)}, want (1,) or (B,)")
    require_equal(physics.norm(x), value, physics, "norm, called again,")
    exact = torch.linalg.matrix_norm(matrix, 2)
    error = ((value.double() - exact).abs() / exact).max().item()
    require(error <= 5e-3, physics, f"norm is {value.tolist()}, want {exact.tolist()}, the largest singular values")


def _check_dagger(physics: LinearPhysics, x: Tensor, matrix: Tensor) -> None:
    epsilon = torch.finfo(x.real.dtype).eps
    for operator, images, m in _cases(physics, x, matrix):
        left, s, right = torch.linalg.svd(m, full_matrices=False)
        like = operator.A(images)
        y = as_vectors(normal_like(like, seeded(5)), not x.is_complex()).to(m.dtype)
        y[1] = 0
        if len(y) == 4:
            y[2] = left[2, :, 0]  # one step solves it
            y[3] -= left[3] @ (left[3].mH @ y[3])  # nothing of it can be explained
        kept = s > 100 * epsilon * s[:, :1]
        inverse = torch.where(kept, 1 / torch.where(kept, s, 1), 0)
        truth = (right.mH @ (inverse[..., None] * (left.mH @ y[..., None])))[..., 0]
        smallest = 1 / inverse.amax(1)
        tol = _accuracy(x) + 20 * epsilon * (s[:, 0] / smallest)
        floor = 100 * epsilon * y.norm(dim=1) / smallest
        measurement = from_vectors(y, like)
        with untouched(operator, measurement, call="A_dagger"):
            solution = operator.A_dagger(measurement)
        _compare(solution, truth, images, tol, floor, physics, "A_dagger, against the pseudo-inverse,")


def _check_shifted(physics: LinearPhysics, x: Tensor, matrix: Tensor) -> None:
    for operator, images, m in _cases(physics, x, matrix):
        count = images.shape[0]
        power = torch.linalg.matrix_norm(m, 2).square()
        _, _, right = torch.linalg.svd(m, full_matrices=False)
        vectors = as_vectors(normal_like(images, seeded(6)), not x.is_complex()).to(m.dtype)
        vectors[1] = 0
        if count == 4:
            vectors[2] = right[2, 0].conj()  # one step solves it
        b = cast(Tensor, from_vectors(vectors, images))
        per_sample = (power * torch.linspace(0.2, 1.0, count, dtype=power.dtype, device=power.device)).to(x.real.dtype)
        identity = torch.eye(m.shape[-1], dtype=m.dtype, device=m.device)
        for rho in (0.3 * power.max().item(), per_sample):
            shift = torch.as_tensor(rho, dtype=m.dtype, device=m.device).reshape(-1, 1, 1)
            truth = torch.linalg.solve(m.mH @ m + shift * identity, vectors[..., None])[..., 0]
            with untouched(operator, b, rho if isinstance(rho, Tensor) else (), call="solve_shifted"):
                solution = operator.solve_shifted(b, rho)
            kind = "one rho per sample" if isinstance(rho, Tensor) else "one rho"
            tol = torch.full_like(power, _accuracy(x))
            what = f"solve_shifted with {kind}, against a dense solve,"
            _compare(solution, truth, images, tol, torch.zeros_like(tol), physics, what)


def _cases(physics: LinearPhysics, x: Tensor, matrix: Tensor) -> list[tuple[LinearPhysics, Tensor, Tensor]]:
    """The batch as it is, and four copies of its first sample, for right-hand sides that try solvers."""
    first = samples_of(physics, slice(0, 1), x.shape[0])
    four = x[:1].expand(4, *x.shape[1:])
    return [(physics, x, matrix), (first, four, matrix[:1].expand(4, *matrix.shape[1:]))]


def _compare(
    solution: Tensor, truth: Tensor, images: Tensor, tol: Tensor, floor: Tensor, subject: object, what: str
) -> None:
    """Require ``||solution - truth|| <= tol ||truth|| + floor`` sample by sample."""
    require(solution.shape == images.shape, subject, f"{what} is {tuple(solution.shape)}, want {tuple(images.shape)}")
    require(solution.dtype == images.dtype, subject, f"{what} is {solution.dtype}, want {images.dtype}")
    error = (as_vectors(solution, not images.is_complex()).to(truth.dtype) - truth).norm(dim=1)
    size = truth.norm(dim=1)
    worst = (error / size.clamp_min(torch.finfo(size.dtype).tiny)).tolist()
    require(bool((error <= tol * size + floor).all()), subject, f"{what} has relative errors {worst}")
