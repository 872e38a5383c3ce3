"""Anderson mixing: the next point is the affine mixture of past steps whose residuals cancel best."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._ranges import check_count, check_level
from preimage.kernels.mixing import difference_products, mix_vectors
from preimage.solve.picard import check_damping
from preimage.solve.state import choose_samples
from preimage.solve.vectors import from_vectors, to_vectors

__all__ = ["AndersonMixing"]


@dataclass(frozen=True)
class AndersonMixing:
    r"""Type-II Anderson mixing: ``x_{k+1} = sum_i a_i (x_i + damping r_i)`` over the last ``memory + 1`` points.

    ``r_i = f(x_i) - x_i``, and the weights of each sample, which sum to one, minimise ``||sum_i a_i r_i||``. On a
    linear map it is GMRES in another guise. A mixture is on trial: where it is not finite, or its residual exceeds
    ``safeguard`` times that of the point before, the sample goes on with the plain step from there instead, with an
    empty memory.

    Args:
        memory: how many past points the newest is mixed with, >= 1; each keeps two copies of the unknown.
        damping: in (0, 1], of the plain steps that are mixed.
        regularization: added to the squared singular values of the residual differences, which have unit norm; at
            least ten machine epsilons.
        safeguard: largest ratio of the residuals of a mixture and of the point before, > 0.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Anderson 1965; Walker & Ni 2011, "Anderson acceleration for fixed-point iterations"; the safeguard after
    Zhang, O'Donoghue, Boyd 2020, which differs in comparing with the first residual.
    """

    memory: int = 5
    damping: float = 1.0
    regularization: float = 1e-10
    safeguard: float = 1.0

    def __post_init__(self) -> None:
        """Require that the fields are in their ranges."""
        check_count("memory", self.memory, "5 is the default")
        check_level("regularization", self.regularization, "1e-10 is the default", zero=True)
        check_level("safeguard", self.safeguard, "one is the default")
        check_damping(self.damping)

    @dataclass(frozen=True)
    class Memory:
        """The accepted points of each sample, newest first.

        Attributes:
            residuals: ``f(x_i) - x_i``, ``memory + 1`` of (B, n).
            steps: ``x_i + damping r_i``, alike.
            count: how many of them there are, (B,).
            residual: the norm of the newest, (B,).
            mixed: whether the next point is a mixture, on trial, (B,).
            accepted: whether the last one was kept, (B,).
        """

        residuals: tuple[Tensor, ...]
        steps: tuple[Tensor, ...]
        count: Tensor
        residual: Tensor
        mixed: Tensor
        accepted: Tensor

    @dataclass(frozen=True)
    class State:
        """The image ``f(point)`` of the last accepted point, the next point, and what is remembered."""

        x: Tensor
        point: Tensor
        memory: "AndersonMixing.Memory"

        @property
        def residual(self) -> Tensor:
            """``||f(point) - point||`` of the last accepted point, (B,)."""
            return self.memory.residual

    def init(self, x: Tensor) -> State:
        """Start from ``x``."""
        return self.State(x, x, self.start(to_vectors([x])))

    def step(self, function: Callable[[Tensor], Tensor], state: State) -> State:
        """One evaluation of ``function``, one mixture."""
        image = function(state.point)
        point, memory = self.advance(to_vectors([state.point]), to_vectors([image]), state.memory)
        kept = choose_samples(memory.accepted, image, state.x)
        return self.State(kept, from_vectors(point, [image])[0], memory)

    def start(self, vectors: Tensor) -> Memory:
        """Nothing remembered, for unknowns like ``vectors`` (B, n)."""
        empty = (torch.zeros_like(vectors),) * (self.memory + 1)
        none = torch.zeros_like(vectors[:, 0], dtype=torch.bool)
        return self.Memory(empty, empty, none.long(), torch.full_like(vectors[:, 0], torch.inf), none, ~none)

    def advance(self, point: Tensor, image: Tensor, memory: Memory) -> tuple[Tensor, Memory]:
        """The next point after ``f(point) = image``, all (B, n), and what is remembered then."""
        change = image - point
        residual = torch.linalg.vector_norm(change, dim=1)
        accepted = ~memory.mixed | (residual <= self.safeguard * memory.residual)

        def push(new: Tensor, old: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
            moved = (new, *old[:-1])
            return tuple(choose_samples(accepted, one, last) for one, last in zip(moved, old, strict=True))

        residuals = push(change, memory.residuals)
        steps = push(image if self.damping == 1 else point + self.damping * change, memory.steps)
        count = torch.where(accepted, (memory.count + 1).clamp_max(self.memory + 1), 0)
        residual = torch.where(accepted, residual, memory.residual)
        mixture = mix_vectors(steps, self.weights(residuals, count, residual))
        # The sum is finite where all entries are, unless it overflows.
        total = mixture.detach().sum(1, dtype=torch.promote_types(mixture.dtype, torch.float32))
        mixed = accepted & (count > 1) & total.isfinite()
        following = choose_samples(mixed, mixture, steps[0])
        return following, self.Memory(residuals, steps, count, residual, mixed, accepted)

    def weights(self, residuals: tuple[Tensor, ...], count: Tensor, length: Tensor | None = None) -> Tensor:
        """The weights ``a_1, ...`` (B, memory) of the older of ``residuals``; ``a_0`` is one less their sum.

        ``length`` is the norm of the newest, (B,), where it is known.
        """
        valid = torch.arange(1, self.memory + 1, device=count.device) < count[:, None]
        gram, right = difference_products(residuals, length)
        lengths = torch.where(valid, gram.diagonal(dim1=1, dim2=2), 0).sqrt()
        units = torch.where(lengths == 0, 0, 1 / torch.where(lengths == 0, 1, lengths))
        shift = max(self.regularization, 10 * torch.finfo(gram.dtype).eps)
        identity = torch.eye(self.memory, dtype=gram.dtype, device=gram.device)
        gram = units[:, :, None] * gram * units[:, None] + shift * identity
        # A sample that is not finite would make the solve fail for all.
        gram = torch.where(gram.isfinite().all(2).all(1)[:, None, None], gram, identity)
        return torch.linalg.solve(gram, units * right) * units
