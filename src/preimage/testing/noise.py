"""What every noise must do."""

from functools import partial

import torch

from preimage._tree import Measurement, add, dot, leaves, norm, scale, subtract, tree_map
from preimage.physics.noise import Noise, ProximableNoise
from preimage.testing._compare import require, require_close, require_equal, rounding, seeded
from preimage.testing._minimiser import count, distance, require_minimiser
from preimage.testing._properties import Property, run_properties
from preimage.testing._values import check_value, samples_of, untouched

__all__ = ["check_noise"]


def check_noise(noise: Noise, z: Measurement, rng: torch.Generator | None = None, draws: int = 40_000) -> None:
    """Require of ``noise`` what :class:`preimage.physics.noise.Noise` promises, at the noiseless measurement ``z``.

    Calls leave arguments, object and global random state alone, and repeat under the same ``rng``; dtypes are kept;
    copies agree; samples are independent; ``grad`` is the derivative of ``nll``; a ``prox`` minimises its objective;
    a ``conjugate`` satisfies Fenchel's inequality, with equality at the prox where ``nll`` is convex; and ``nll`` is
    that of the law that ``sample`` draws from: with ``w = exp(nll(z, y) - nll(z', y))``, draws ``y`` at ``z`` weighted
    by ``w`` have the mean weight and the mean measurement of draws at ``z'`` that are possible at ``z``, within five
    standard errors. A noise that returns ``z`` itself is spared the last one.

    Args:
        noise: the object under test. A tensor field whose leading dimension is the batch size is taken to hold one
            entry per sample.
        z: a tensor with two or more samples, or a tuple of them; positive where the law needs it.
        rng: the generator of the draws; a fixed seed by default.
        draws: how many tell of the law; fewer where ``nll`` takes long.

    Raises:
        AssertionError: names the class and the property it breaks.
    """
    run_properties(noise_properties(noise, z, rng, draws))


def noise_properties(
    noise: Noise, z: Measurement, rng: torch.Generator | None = None, draws: int = 40_000
) -> list[Property]:
    """The properties that :func:`check_noise` requires, in turn."""
    rng = seeded() if rng is None else rng
    drawn = "every random number of sample is drawn from `rng`, for data of the form of z"
    parts = [
        Property("sample", lambda: _check_draws(noise, z, rng), drawn),
        Property(
            "copies", lambda: check_value(noise, lambda other: other.grad(z, noise.sample(z, seeded()))),
            "the constructor stores each argument under its own name", ("sample",),
        ),
        Property(
            "likelihood", lambda: _check_scores(noise, z, noise.sample(z, seeded())),
            "nll is one value per sample, and grad its gradient in z", ("sample",),
        ),
    ]  # fmt: skip
    if isinstance(noise, ProximableNoise):
        what = "prox(z, y, step) minimises step * nll(u, y) + 1/2 ||u - z||^2, and conjugate is that of nll"
        check = partial(_check_prox, noise, z)
        parts.append(Property("prox", lambda: check(noise.sample(z, seeded())), what, ("sample", "likelihood")))
    law = "nll is -log of the density of what sample draws, its factors that depend on z included"
    parts.append(Property("law", lambda: _check_laws(noise, z, rng, draws), law, ("sample", "likelihood")))
    return parts


def _check_draws(noise: Noise, z: Measurement, rng: torch.Generator) -> None:
    state = rng.get_state()
    with untouched(noise, z, call="sample"):
        y = noise.sample(z, rng)
    rng.set_state(state)
    require_equal(noise.sample(z, rng), y, noise, "a second draw with the same `rng`")
    for a, b in zip(leaves(y), leaves(z), strict=True):
        kept = (a.shape, a.dtype, a.device) == (b.shape, b.dtype, b.device)
        require(kept, noise, f"sample of {b.dtype} {tuple(b.shape)} is {a.dtype} {tuple(a.shape)}, want the same form")


def _check_laws(noise: Noise, z: Measurement, rng: torch.Generator, draws: int) -> None:
    for index in range(count(z)):
        _check_law(noise, z, index, rng, draws)


def _check_scores(noise: Noise, z: Measurement, y: Measurement) -> None:
    batch, dtype = count(z), leaves(z)[0].real.dtype
    with untouched(noise, z, y, call="nll"):
        values = noise.nll(z, y)
    require(tuple(values.shape) == (batch,), noise, f"nll has shape {tuple(values.shape)}, want ({batch},)")
    require(values.dtype == dtype, noise, f"nll is {values.dtype}, want {dtype}")
    with untouched(noise, z, y, call="grad"):
        gradient = noise.grad(z, y)
    point = tree_map(lambda leaf: leaf.clone().requires_grad_(), z)
    pulled = iter(torch.autograd.grad(noise.nll(point, y).sum(), leaves(point)))
    expected = tree_map(lambda _: next(pulled), z)
    require_close(gradient, expected, rounding(dtype, 1000), noise, "grad, against autograd of nll,")
    for index in range(batch):
        rows = slice(index, index + 1)
        one = samples_of(noise, rows, batch)
        a, b, g = (tree_map(lambda leaf, r=rows: leaf[r], tree) for tree in (z, y, gradient))
        require_close(one.nll(a, b), values[rows], rounding(dtype), noise, "nll of one sample, against the batch,")
        require_close(one.grad(a, b), g, rounding(dtype), noise, "grad of one sample, against the batch,")


def _check_prox(noise: ProximableNoise, z: Measurement, y: Measurement) -> None:
    batch, first = count(z), leaves(z)[0]
    steps = torch.linspace(0.002, 0.02, batch, dtype=first.real.dtype, device=first.device)
    with untouched(noise, z, y, steps, call="prox"):
        points = noise.prox(z, y, steps)
    with torch.no_grad():
        require_minimiser(
            lambda u: steps * noise.nll(u, y) + distance(u, z), points, z, 1e-5, noise, "prox(z, y, step)"
        )
    _check_conjugate(noise, z, y, points, steps)


def _check_conjugate(
    noise: ProximableNoise, z: Measurement, y: Measurement, points: Measurement, steps: torch.Tensor
) -> None:
    """Fenchel's inequality at ``z`` and, where the dual variable is a subgradient, equality."""
    dual = scale(1 / steps, subtract(z, points))
    with untouched(noise, dual, y, call="conjugate"):
        values = noise.conjugate(dual, y)
    require(values.shape == steps.shape and values.dtype == steps.dtype, noise, "conjugate is not one value per sample")
    for index in range(len(steps)):
        a, b = (tree_map(lambda leaf, i=index: leaf[i : i + 1], tree) for tree in (dual, y))
        one = samples_of(noise, slice(index, index + 1), len(steps))
        alone = one.conjugate(a, b)
        what = "conjugate of one sample, against the batch,"
        value = values[index : index + 1]
        if bool(alone.isinf().any()):  # outside of its domain, where nll is not convex
            require(torch.equal(alone, value), noise, f"{what} is {alone.tolist()}, want {value.tolist()}")
        else:
            require_close(alone, value, rounding(steps.dtype), noise, what)
    for at, equal in ((points, noise.is_convex), (z, False)):
        value = noise.nll(at, y)
        gap = value + values - dot(dual, at)
        # The dual variable is a difference, divided by the step: its own rounding error is that much larger.
        error = torch.finfo(steps.dtype).eps * norm(z) * norm(at) / steps
        slack = error + rounding(steps.dtype) * (value.abs() + values.abs() + norm(dual) * norm(at))
        fits = gap.abs() <= slack if equal else gap >= -slack
        what = "equality where u is a gradient of nll" if equal else "inequality"
        require(bool(fits.all()), noise, f"nll(z) + conjugate(u) - <u, z> is {gap.tolist()}: Fenchel's {what} fails")


def _check_law(noise: Noise, z: Measurement, index: int, rng: torch.Generator, draws: int) -> None:
    """The identities of a change of measure, on many draws of single entries of sample ``index``, in float64."""
    one = samples_of(noise, slice(index, index + 1), count(z))
    entry = tree_map(lambda leaf: _many(leaf[index], draws), z)
    y = one.sample(entry, rng)
    if all(torch.equal(a, b) for a, b in zip(leaves(y), leaves(entry), strict=True)):
        return
    for turn in (1, 1j) if any(leaf.is_complex() for leaf in leaves(z)) else (1,):
        shift = tree_map(
            lambda a, b, t=turn: 0.7 * t * (a - b).abs().square().mean().sqrt() * torch.ones_like(b), y, entry
        )
        moved = add(entry, shift)
        other = one.sample(moved, rng)
        weight = (one.nll(entry, y) - one.nll(moved, y)).exp()
        possible = one.nll(entry, other).isfinite().to(weight.dtype)
        if bool(possible.all()):
            require_mean(weight, 1.0, noise, "the likelihood ratio under its own law")
        else:
            require_mean(weight - possible, 0.0, noise, "the likelihood ratio, less what is possible at both values,")
        for a, b in zip(leaves(y), leaves(other), strict=True):
            for part in (torch.real, torch.imag) if a.is_complex() else (torch.real,):
                gap = part(a).flatten() * weight - part(b).flatten() * possible
                require_mean(gap, 0.0, noise, "the mean of reweighted draws, less that of draws at the other value,")


def _many(sample: torch.Tensor, draws: int) -> torch.Tensor:
    wide = sample.to(torch.complex128 if sample.is_complex() else torch.float64)
    return wide.reshape(-1)[:1].reshape(1, 1, 1, 1).expand(draws, 1, 1, 1)


def require_mean(values: torch.Tensor, expected: float, subject: object, what: str) -> None:
    """Require a mean within five standard errors."""
    error = (values.std() / values.numel() ** 0.5).item()
    mean = values.mean().item()
    require(abs(mean - expected) <= 5 * error, subject, f"{what} has mean {mean:.5f} +- {error:.5f}, want {expected}")
