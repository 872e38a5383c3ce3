"""What every physics must do."""

from collections.abc import Callable

import torch
from torch import Tensor

from preimage._tree import dot, tree_map
from preimage.physics import Physics
from preimage.testing._compare import normal_like, require, require_close, require_equal, rounding, seeded
from preimage.testing._properties import Property, run_properties
from preimage.testing._values import check_double, check_value, samples_of, tensor_fields, untouched

__all__ = ["check_physics"]


def check_physics(physics: Physics, x: Tensor, rng: torch.Generator | None = None) -> None:
    """Require of ``physics`` what :class:`preimage.physics.Physics` promises, on the images ``x``.

    A call leaves its input, the object and global random state alone and repeats under the same ``rng``; copies
    (``deepcopy``, ``pickle``, ``replace``, ``state_dict``) and ``.to(float64)`` keep the values; dtype and device are
    those of the input; every sample of a batch is independent; ``vjp`` and ``pullback`` are the derivative;
    ``torch.func.vmap`` over ``replace`` of every tensor field is the loop; ``torch.compile(fullgraph=True)`` of ``A``
    changes nothing.

    Args:
        physics: the object under test. A tensor field whose leading dimension is the batch size of ``x`` is taken to
            hold one entry per image.
        x: two or more small images.
        rng: the generator of the noise; a fixed seed by default.

    Raises:
        AssertionError: names the class and the property it breaks.
    """
    run_properties(physics_properties(physics, x, rng))


def physics_properties(physics: Physics, x: Tensor, rng: torch.Generator | None = None) -> tuple[Property, ...]:
    """The properties that :func:`check_physics` requires, in turn."""
    rng = seeded() if rng is None else rng
    return (
        Property("untouched", lambda: _check_untouched(physics, x), "a call writes to nothing it was given"),
        Property(
            "repeatable", lambda: _check_repeatable(physics, x),
            "A draws no random numbers: noise is the part of `noise`", ("untouched",),
        ),
        Property(
            "independence", lambda: _check_batch(physics, x),
            "no mean, norm, sort or index runs over dimension 0, and no parameter of one image is used for another",
            ("repeatable",),
        ),
        Property(
            "random numbers", lambda: _check_sampling(physics, x, rng),
            "every random number is drawn from `rng`: torch.randn(..., generator=rng)", ("repeatable",),
        ),
        Property(
            "copies", lambda: check_value(physics, lambda other: other.A(x)),
            "the constructor stores each argument under its own name, and what it computes from them as `_name`",
            ("repeatable",),
        ),
        Property("precision", lambda: _check_dtypes(physics, x), "A converts its tensors to x.dtype"),
        Property(
            "conversion", lambda: check_double(physics, lambda other: other.A(_double(x))),
            "tensors are fields or buffers, and `derive` gives those that follow from fields",
            ("repeatable", "precision"),
        ),
        Property(
            "independence of the derivative", lambda: _check_pulled_batch(physics, x),
            "no mean, norm, sort or index of vjp runs over dimension 0", ("independence",),
        ),
        Property(
            "derivative", lambda: _check_vjp(physics, x),
            "vjp and pullback are the adjoint of the derivative of A; leave them out to have them derived",
            ("repeatable", "adjoint", "precision", "automatic differentiation"),
        ),
        Property(
            "parameters", lambda: _check_vmap(physics, x),
            "A takes its tensors from fields, not from values that the constructor made plain numbers of",
            ("repeatable", "random numbers"),
        ),
        Property("compiled A", lambda: check_compiled(physics.A, x, physics, "A"), "A does not branch on tensors"),
    )  # fmt: skip


def _check_untouched(physics: Physics, x: Tensor) -> None:
    with untouched(physics, x, call="A"):
        physics.A(x)


def _check_repeatable(physics: Physics, x: Tensor) -> None:
    require_equal(physics.A(x), physics.A(x), physics, "A, called again,")


def check_compiled(function: Callable[[Tensor], object], x: object, subject: object, what: str) -> None:
    """Require that ``function`` compiles to one graph, with equal results."""
    torch.compiler.reset()
    compiled = torch.compile(function, fullgraph=True, backend="eager")
    require_close(compiled(x), function(x), rounding(torch.float32), subject, f"compiled {what}")  # type: ignore[arg-type]


def _check_sampling(physics: Physics, x: Tensor, rng: torch.Generator) -> None:
    state = rng.get_state()
    with untouched(physics, x, call="forward"):
        first = physics(x, rng)
    rng.set_state(state)
    require_equal(physics(x, rng), first, physics, "a second measurement with the same `rng`")


def _check_dtypes(physics: Physics, x: Tensor) -> None:
    for given in (x, _double(x)):
        y = physics.A(given)
        for leaf in y if isinstance(y, tuple) else (y,):
            require(
                leaf.real.dtype == given.real.dtype and leaf.device == given.device,
                physics,
                f"A of {given.dtype} on {given.device} is {leaf.dtype} on {leaf.device}, want that of the input",
            )
        pulled = physics.vjp(given, y)
        require(pulled.dtype == given.dtype, physics, f"vjp at {given.dtype} is {pulled.dtype}, want that of the input")


def _check_batch(physics: Physics, x: Tensor) -> None:
    require(x.shape[0] > 1, physics, "the check needs two or more images, got one; give a larger batch")
    measured = physics.A(x)
    for index, rows in enumerate(_rows(x)):
        alone = samples_of(physics, rows, len(x)).A(x[rows])
        part, what = tree_map(lambda t, r=rows: t[r], measured), f"A of sample {index} alone, against the batch,"
        require_close(alone, part, rounding(x.real.dtype), physics, what)


def _check_pulled_batch(physics: Physics, x: Tensor) -> None:
    v = normal_like(physics.A(x), seeded(1))
    with untouched(physics, x, v, call="vjp"):
        pulled = physics.vjp(x, v)
    for index, rows in enumerate(_rows(x)):
        alone = samples_of(physics, rows, len(x)).vjp(x[rows], tree_map(lambda t, r=rows: t[r], v))
        what = f"vjp of sample {index} alone, against the batch,"
        require_close(alone, pulled[rows], rounding(x.real.dtype), physics, what)


def _rows(x: Tensor) -> list[slice]:
    """Each sample of a batch."""
    return [slice(index, index + 1) for index in range(len(x))]


def _check_vjp(physics: Physics, x: Tensor) -> None:
    point = x.clone().requires_grad_()
    y = physics.A(point)
    v = normal_like(y, seeded(2))
    (expected,) = torch.autograd.grad(dot(v, y).sum(), point)
    accuracy = rounding(x.real.dtype, 1000)
    require_close(physics.vjp(x, v), expected, accuracy, physics, "vjp, against autograd of A,")
    for is_recorded in (True, False):
        with torch.set_grad_enabled(is_recorded):
            measured, pull = physics.pullback(x)
            pulled = pull(v)
        require_close(measured, tree_map(Tensor.detach, y), accuracy, physics, "the measurement of pullback")
        require_close(pulled, expected, accuracy, physics, "pullback, against autograd of A,")


def _check_vmap(physics: Physics, x: Tensor) -> None:
    for name, field in tensor_fields(physics).items():
        values = torch.stack([field.detach(), 0.75 * field.detach()])

        def measure(value: Tensor, name: str = name) -> object:
            return physics.replace(**{name: value}).A(x)

        mapped = torch.func.vmap(measure)(values)
        for index, value in enumerate(values):
            alone = measure(value)
            what = f"A under vmap over {name}"
            require_close(tree_map(lambda t, i=index: t[i], mapped), alone, rounding(x.real.dtype), physics, what)
        params = {name: values[1]}
        require_equal(
            physics(x, seeded(3), **params),
            physics.replace(**params)(x, seeded(3)),
            physics,
            f"forward with {name} given to the call",
        )


def _double(x: Tensor) -> Tensor:
    return x.to(torch.complex128 if x.is_complex() else torch.float64)
