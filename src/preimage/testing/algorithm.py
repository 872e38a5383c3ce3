"""What every algorithm must do."""

import copy
import dataclasses
from typing import Any

import torch
from torch import Tensor

from preimage._module import Module
from preimage._tree import leaves
from preimage.optim.algorithm import Algorithm
from preimage.testing._compare import require, require_close, require_equal
from preimage.testing._values import samples_of, untouched

__all__ = ["check_algorithm"]


def check_algorithm(algorithm: Algorithm, f: Module, g: Module, x: Tensor, steps: int = 4, tol: float = 1e-4) -> None:
    """Require of ``algorithm`` what :class:`preimage.optim.algorithm.Algorithm` promises, on ``f + g`` from ``x``.

    Preparing again changes nothing; a step leaves ``f``, ``g``, the state and global random state alone, and counts;
    the estimate is like ``x`` and finite; ``residual`` and ``step_size_at`` have one value per sample; every sample is
    independent; ``is_stationary`` is true; float64 agrees with float32.

    Args:
        algorithm: the object under test.
        f, g: the data term and the prior.
        x: the start, two or more small float32 images, best of odd size.
        steps: so many are taken.
        tol: relative difference of the results that is allowed.

    Raises:
        AssertionError: names the class and the property it breaks.
    """
    with torch.no_grad():
        prepared = algorithm.prepare(f, g, x)
        require(type(prepared) is type(algorithm), algorithm, f"prepare gives a {type(prepared).__name__}")
        _check_step(prepared, f, g, prepared.init(x))
        state = _run(prepared, f, g, x, steps)
        require_equal(_run(prepared.prepare(f, g, x), f, g, x, steps).x, state.x, algorithm, "x when prepared twice")
        _check_step(prepared, f, g, state)
        require(state.k == steps, algorithm, f"after {steps} steps the counter is {state.k}")
        require(bool(state.x.isfinite().all()), algorithm, f"the estimate after {steps} steps is not finite")
        require(state.x.shape == x.shape, algorithm, f"the estimate is {tuple(state.x.shape)}, want {tuple(x.shape)}")
        require(state.x.dtype == x.dtype, algorithm, f"the estimate is {state.x.dtype}, want {x.dtype}")
        for index in range(len(x)):
            rows = slice(index, index + 1)
            data, prior = (samples_of(term, rows, len(x)) for term in (f, g))
            alone = _run(algorithm.prepare(data, prior, x[rows]), data, prior, x[rows], steps)
            require_close(alone.x, state.x[rows], tol, algorithm, "the estimate of one sample, against the batch,")
        f, g, x = copy.deepcopy(f).double(), copy.deepcopy(g).double(), x.to(_wide(x))
        wide = _run(algorithm.prepare(f, g, x), f, g, x, steps)
        require_close(state.x.to(wide.x), wide.x, tol, algorithm, "the estimate, against float64,")


def _run(algorithm: Algorithm, f: Module, g: Module, x: Tensor, steps: int) -> Any:
    state = algorithm.init(x)
    for _ in range(steps):
        state = algorithm.step(f, g, state)
    return state


def _check_step(algorithm: Algorithm, f: Module, g: Module, state: Any) -> None:
    """One more step: what it leaves alone, what is told of it, and whether it depends on its number."""
    batch, before = len(state.x), _copied(state)
    with untouched(f, call="step"), untouched(g, call="step"):
        new = algorithm.step(f, g, state)
    for now, kept in zip(_copied(state), before, strict=True):
        require(torch.equal(now, kept), algorithm, "a step changed the state it started from")
    require(new.k == state.k + 1, algorithm, f"a step moves the counter from {state.k} to {new.k}")
    residual, size = algorithm.residual(state, new), algorithm.step_size_at(new)
    require(residual.shape == (batch,), algorithm, f"the residual has shape {tuple(residual.shape)}, want ({batch},)")
    told = size is None or (size.ndim == 1 and len(size) in (1, batch))
    require(told, algorithm, f"the step size has another shape than (1,) or ({batch},)")
    if algorithm.is_stationary and any(field.name == "k" for field in dataclasses.fields(state)):
        later = algorithm.step(f, g, dataclasses.replace(state, k=state.k + 1))
        require_equal(later.x, new.x, algorithm, "x after a step with another number, though the step is stationary,")


def _copied(state: Any) -> list[Tensor]:
    """Copies of the tensors of a state."""
    return [leaf for leaf in leaves(dataclasses.astuple(state)) if isinstance(leaf, Tensor)]


def _wide(x: Tensor) -> torch.dtype:
    return torch.complex128 if x.is_complex() else torch.float64
