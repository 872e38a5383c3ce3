"""Anderson acceleration of any algorithm."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from preimage.optim.acceleration._wrapper import Nested, Wrapper
from preimage.solve import AndersonMixing, choose_samples, from_vectors, map_state, tensors_of, to_vectors, with_tensors

__all__ = ["Anderson"]


@dataclass(frozen=True)
class Anderson(Wrapper):
    r"""Type-II Anderson acceleration of the map ``state -> step(state)``, on all images in the state at once.

    The estimate is always what the algorithm itself returned, so that the constraints of its prox hold; the mixture is
    where its next step starts. Numbers of one sample, such as step sizes, are carried along and not mixed.

    Args:
        algorithm: best one whose step does not change from one to the next: :class:`PGD`, :class:`GD`, :class:`ADMM`,
            :class:`DRS`, :class:`PDHG`.
        memory, damping, regularization, safeguard: see :class:`preimage.solve.AndersonMixing`.

    Source: Anderson 1965; Walker & Ni 2011; on splitting methods, with a safeguard, Zhang, O'Donoghue, Boyd 2020.
    """

    memory: int = 5
    damping: float = 1.0
    regularization: float = 1e-10
    safeguard: float = 1.0

    def __post_init__(self) -> None:
        """Require that the fields are in their ranges."""
        self._mixing()

    @dataclass(frozen=True)
    class State(Nested):
        """The inner state after its last accepted step, the one to start from, and what is remembered of those before.

        Nothing is remembered before the first step, which some algorithms need to find out how large their state is.
        """

        start: Any
        memory: AndersonMixing.Memory | None = None

    def init(self, x: Tensor) -> State:
        """Start from ``x``, with an empty memory."""
        inner = self.algorithm.init(x)
        return self.State(inner, inner)

    def step(self, f: Any, g: Any, state: State) -> State:
        """An inner step, then the mixture; the first step is plain."""
        after = self.algorithm.step(f, g, state.start)
        images = _images(after)
        image = to_vectors(images)
        if state.memory is None:
            return self.State(after, after, self._mixing().start(image))
        mixed, memory = self._mixing().advance(to_vectors(_images(state.start)), image, state.memory)
        inner = map_state(lambda last, new: choose_samples(memory.accepted, new, last), state.inner, after)
        each = iter(from_vectors(mixed, images))
        start = with_tensors(inner, [next(each) if tensor.ndim > 1 else tensor for tensor in tensors_of(inner)])
        return self.State(inner, start, memory)

    def residual(self, old: State, new: State) -> Tensor:
        """That of the inner algorithm's step, or the relative change of all images in the state, if that is larger.

        At least one where the step was taken back. The estimate alone does not tell: a mixture may have it right and
        the point that momentum goes on from wrong.
        """
        measured = self.algorithm.residual(old.start, new.inner)
        if old.memory is None or new.memory is None:
            return measured
        size = torch.linalg.vector_norm(to_vectors(_images(new.inner)), dim=1)
        measured = torch.maximum(measured, new.memory.residual / torch.where(size == 0, 1, size))
        return torch.where(new.memory.accepted, measured, measured.clamp_min(1))

    def _mixing(self) -> AndersonMixing:
        return AndersonMixing(self.memory, self.damping, self.regularization, self.safeguard)


def _images(state: Any) -> list[Tensor]:
    return [tensor for tensor in tensors_of(state) if tensor.ndim > 1]
