"""An image and parameters of its physics, found together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from preimage._module import Module
from preimage._ranges import check_count
from preimage._tree import Measurement, leaves
from preimage.errors import ArgumentError, ConvergenceError
from preimage.fidelity import likelihood
from preimage.functional import AutodiffSmooth, Smooth, Zero
from preimage.optim.algorithm import Algorithm
from preimage.optim.variational import back_projection
from preimage.physics import Physics
from preimage.physics.operator.parameter import parameter_of_each, with_parameter
from preimage.reconstructor import Reconstructor
from preimage.solve import Callback, Solution, iterate, relative_distance

__all__ = ["Alternating", "AlternatingState", "Block", "ParameterTerm"]

DataTerm = Callable[[Physics, Measurement], Smooth]


class Block(Module):
    """How one of several unknowns is estimated while the others are held.

    Args:
        algorithm: takes the steps; what it was not given follows from the data term and the prior, anew in every turn.
        prior: what is known of the unknown; none by default.
        steps: how many steps make a turn, >= 1.

    Raises:
        ArgumentError: ``steps`` is below one.
    """

    def __init__(self, algorithm: Algorithm, prior: nn.Module | None = None, steps: int = 1) -> None:
        super().__init__()
        check_count("steps", steps, "one step a turn is the least")
        self.algorithm = algorithm
        self.prior = Zero() if prior is None else prior
        self.steps = steps

    def start(self, f: Smooth, x: Tensor) -> Any:
        """The state of the algorithm at ``x``."""
        return self.algorithm.prepare(f, self.prior, x).init(x)

    def turn(self, f: Smooth, state: Any) -> Any:
        """The state after as many steps as make a turn."""
        algorithm = self.algorithm.prepare(f, self.prior, state.x)
        for _ in range(self.steps):
            state = algorithm.step(f, self.prior, state)
        return state


class ParameterTerm(AutodiffSmooth):
    """The data term as a functional of a parameter: ``F(theta) = f(image; physics(theta), y)``.

    Args:
        image: the image, (B, ...), which is held.
        y: the measurement.
        physics: the physics; the value of its parameter does not count.
        name: the name of the parameter, a field of the physics or of one of its parts.
        fidelity: ``(physics, y) -> f``; by default the negative log-likelihood of the noise.

    Shapes: the parameter (B, ...), one value for each image; (B, 1) where it is a number.
    """

    def __init__(
        self, image: Tensor, y: Measurement, physics: Physics, name: str, fidelity: DataTerm | None = None
    ) -> None:
        super().__init__()
        self.image = image
        self.y = y
        self.physics = physics
        self.name = name
        self.fidelity = fidelity

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample at the parameter ``x``, (B,)."""
        return _data_term(self.fidelity, with_parameter(self.physics, self.name, x), self.y)(self.image)


@dataclass(frozen=True)
class AlternatingState:
    """Where the estimates are.

    Attributes:
        image: the state of the algorithm of the image.
        parameter: the state of the algorithm of the parameter; of several, a tuple.
        k: how many turns each of them had.
    """

    image: Any
    parameter: Any
    k: int = 0

    @property
    def x(self) -> Tensor:
        """The image, (B, ...)."""
        return self.image.x

    @property
    def theta(self) -> Any:
        """The parameter, (B, ...), (B, 1) where it is a number; of several, a tuple."""
        return tuple(one.x for one in self.parameter) if isinstance(self.parameter, tuple) else self.parameter.x


class Alternating(Reconstructor):
    r"""``argmin_(x, theta) f(x; physics(theta), y) + g(x) + h(theta)``: the physics is calibrated with the image.

    The two take turns: some steps on the image with the parameter held, then some on the parameter with the image
    held. Blind deconvolution (``name="kernel"``), blind ptychography (``"probe"``), unknown coils and unknown haze are
    problems of this kind. They are not convex, so the result depends on the start, and what separates image and
    parameter (a scale, a shift) has to come from the priors, such as a kernel that sums to one (:class:`Simplex`).
    Several parameters take turns as they are named: ``("probe", "shifts")`` of :class:`preimage.physics.Ptychography`.

    Args:
        name: the name of the parameter: a field of the physics, or of one of its parts, that holds a number or a tensor
            with the leading dimension 1 or B. Every image gets a parameter of its own. A tuple names several.
        image: how the image is estimated.
        parameter: how the parameter is estimated; one for each name. ``Backtracking(PGD(), grow=2)`` needs no step
            size.
        fidelity: ``(physics, y) -> f``; by default the negative log-likelihood of the noise.
        max_steps: the most turns of each.
        tol: a sample stops when the relative changes of image and parameter in a turn are at most this; ``None`` takes
            exactly ``max_steps``.

    Raises:
        ArgumentError: there is not one of ``parameter`` for each name.
    """

    def __init__(
        self,
        name: str | tuple[str, ...],
        image: Block,
        parameter: Block | tuple[Block, ...],
        fidelity: DataTerm | None = None,
        max_steps: int = 200,
        tol: float | None = 1e-4,
    ) -> None:
        super().__init__()
        names = len(name) if isinstance(name, tuple) else None
        blocks = None if isinstance(parameter, Block) else len(parameter)
        if names != blocks:
            raise ArgumentError(f"`parameter` must be a block for each name, got {blocks or 1} for {name!r}; give one.")
        self.name = name
        self.image = image
        self.parameter = parameter
        self.fidelity = fidelity
        self.max_steps = max_steps
        self.tol = tol

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The image of each sample; :meth:`solve` gives the parameter, too.

        Raises:
            ConvergenceError: a sample diverged; the message names it and the step.
        """
        solution = self.solve(y, physics)
        if solution.failures():
            raise ConvergenceError(f"{solution.failures()}; take shorter steps, or look at solve(...).history.")
        return solution.x

    def solve(
        self, y: Measurement, physics: Physics, x: Tensor | None = None, callbacks: Sequence[Callback] = ()
    ) -> "Solution[AlternatingState]":
        """Image and parameter (``solution.state.theta``), from the parameter that ``physics`` holds.

        Args:
            y: the measurement.
            physics: the physics with a first guess of the parameter.
            x: a first guess of the image; by default the back-projection of a linear physics.
            callbacks: called after each turn, as by :func:`preimage.solve.iterate`.

        Raises:
            CapabilityError: the data term or a prior lacks what an algorithm needs.
            ArgumentError: the parameter is no number or tensor with one value per image.
        """
        return iterate(
            lambda state: self.step(y, physics, state),
            self.init(y, physics, x),
            self.max_steps,
            self.tol,
            callbacks,
            self.residual,
        )

    def init(self, y: Measurement, physics: Physics, x: Tensor | None = None) -> AlternatingState:
        """The state before the first turn; see :meth:`solve`."""
        batch = len(leaves(y)[0])
        guess = physics
        for name in self._names:
            guess = with_parameter(guess, name, parameter_of_each(physics, name, leaves(y)[0], batch))
        x = back_projection(y, guess) if x is None else x
        states = []
        for name, block in zip(self._names, self._blocks, strict=True):
            theta = parameter_of_each(guess, name, leaves(y)[0], batch)
            states.append(block.start(ParameterTerm(x, y, guess, name, self.fidelity), theta))
        return AlternatingState(self.image.start(_data_term(self.fidelity, guess, y), x), self._packed(states))

    def step(self, y: Measurement, physics: Physics, state: AlternatingState) -> AlternatingState:
        """One turn of the image, then one of each parameter."""
        known = self.calibrated(physics, state.theta)
        image = self.image.turn(_data_term(self.fidelity, known, y), state.image)
        states = list(state.parameter) if isinstance(self.name, tuple) else [state.parameter]
        for index, (name, block) in enumerate(zip(self._names, self._blocks, strict=True)):
            states[index] = block.turn(ParameterTerm(image.x, y, known, name, self.fidelity), states[index])
            known = with_parameter(known, name, states[index].x)
        return AlternatingState(image, self._packed(states), state.k + 1)

    def residual(self, old: AlternatingState, new: AlternatingState) -> Tensor:
        """The largest of the relative changes of image and parameters, (B,)."""
        change = relative_distance(old.x, new.x)
        before, after = (value if isinstance(value, tuple) else (value,) for value in (old.theta, new.theta))
        for one, other in zip(before, after, strict=True):
            change = torch.maximum(change, relative_distance(one, other))
        return change

    def calibrated(self, physics: Physics, theta: Tensor | tuple[Tensor, ...]) -> Physics:
        """The physics with the parameter ``theta``; of several, a tuple."""
        for name, value in zip(self._names, theta if isinstance(theta, tuple) else (theta,), strict=True):
            physics = with_parameter(physics, name, value)
        return physics

    @property
    def _names(self) -> tuple[str, ...]:
        return self.name if isinstance(self.name, tuple) else (self.name,)

    @property
    def _blocks(self) -> tuple[Block, ...]:
        return (self.parameter,) if isinstance(self.parameter, Block) else tuple(self.parameter)

    def _packed(self, states: list[Any]) -> Any:
        return tuple(states) if isinstance(self.name, tuple) else states[0]


def _data_term(fidelity: DataTerm | None, physics: Physics, y: Measurement) -> Smooth:
    return likelihood(physics, y) if fidelity is None else fidelity(physics, y)
