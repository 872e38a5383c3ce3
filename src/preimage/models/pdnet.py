"""Learned primal-dual reconstruction."""

import dataclasses
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from typing_extensions import Self

from preimage._ranges import check_count
from preimage._shapes import per_image
from preimage._tree import Measurement
from preimage.errors import CapabilityError, ShapeError
from preimage.fidelity import GaussianLikelihood
from preimage.models._channels import through
from preimage.optim.algorithm import Algorithm
from preimage.optim.algorithm.base import require
from preimage.optim.algorithm.ranges import check_step
from preimage.optim.unrolled import GradientRule, Unrolled
from preimage.physics import LinearPhysics, NoNoise, Physics

__all__ = ["LearnedPrimalDual", "PDNet", "PrimalDualNetworks"]


class PrimalDualNetworks(nn.Module):
    """The two networks of a step.

    Args:
        dual: takes the channels ``(h, A f_2, y)`` and gives the change of ``h``.
        primal: takes the channels ``(f, A^H h_1)`` and gives the change of ``f``.
    """

    def __init__(self, dual: nn.Module, primal: nn.Module) -> None:
        super().__init__()
        self.dual = dual
        self.primal = primal


@dataclass(frozen=True)
class LearnedPrimalDual(Algorithm):
    """``h <- h + dual(h, A f_2, y)``, ``f <- f + primal(f, A^H h_1)``; the networks are in the place of the prior.

    Args:
        n_primal: images in ``f``; the second (the only one where there is one) is measured, the first is the estimate.
        n_dual: measurements in ``h``; the first is projected back.
        scale: what ``A`` and ``y`` are divided by; by default ``||A||``.

    Raises:
        ArgumentError: a number is out of its range.
    """

    n_primal: int
    n_dual: int
    scale: float | Tensor | None = None

    def __post_init__(self) -> None:
        """Require that the fields are in their ranges."""
        check_count("n_primal", self.n_primal, "5 is the default")
        check_count("n_dual", self.n_dual, "5 is the default")
        check_step("scale", self.scale)

    @dataclass(frozen=True)
    class State:
        """The image ``x``, the further images of ``f``, ``h`` (``None`` before the first step), the counter."""

        x: Tensor
        rest: Tensor
        h: Tensor | None = None
        k: int = 0

    def prepare(self, f: GaussianLikelihood, g: nn.Module, x: Tensor) -> Self:
        """Take the scale from the norm of ``A`` unless it is given."""
        require(f, GaussianLikelihood, "fidelity", self)
        if self.scale is not None:
            return self
        size = f.linear_norm(x)
        return dataclasses.replace(self, scale=size.where(size > 0, 1))

    def init(self, x: Tensor) -> State:
        """``f`` repeats ``x``; ``h`` is zero."""
        return self.State(x, x.repeat(1, self.n_primal - 1, *(1,) * (x.ndim - 2)))

    def step(self, f: GaussianLikelihood, g: PrimalDualNetworks, state: State) -> State:
        """The dual update, then the primal update."""
        assert self.scale is not None  # prepare has filled it in
        channels = state.x.shape[1]
        factor = 1 / per_image(self.scale, state.x.real)
        images = torch.cat([state.x, state.rest], 1)
        second = images[:, channels : 2 * channels] if self.n_primal > 1 else state.x
        y = factor * f.y
        h = torch.zeros_like(y).repeat(1, self.n_dual, 1, 1) if state.h is None else state.h
        h = h + through(g.dual, torch.cat([h, factor * f.linear(second), y], 1))
        back = factor * f.linear_adjoint(h[:, : y.shape[1]])
        images = images + through(g.primal, torch.cat([images, back], 1))
        return self.State(images[:, :channels], images[:, channels:], h, state.k + 1)


class PDNet(Unrolled):
    r"""``h <- h + G_k(h, A f_2, y)``, ``f <- f + L_k(f, A^H h_1)``: two networks a step, memory in both spaces.

    ``f`` holds ``n_primal`` images, of which the second is measured and the first is the result; ``h`` holds ``n_dual``
    measurements, of which the first is projected back. Both start from zero. ``A`` and ``y`` are divided by ``||A||``;
    the level of the noise does not enter. Each network is three 3x3 convolutions with PReLU between them, of
    weights after Glorot & Bengio (Xavier) and no bias at the start.

    Args:
        channels: the number of channels of the image and of the measurement; a complex channel counts as two.
        n_steps: number of steps, >= 1.
        n_primal: images in ``f``, >= 1.
        n_dual: measurements in ``h``, >= 1.
        width: feature channels of the networks.
        gradient: how the loop is differentiated, as in :class:`Unrolled`.

    Shapes: measurements (B, C', H', W'), a tensor; images (B, C, H, W).

    Raises:
        ShapeError: the measurement, in a call, is a tuple or not of four dimensions.
        CapabilityError: the physics is not linear.

    Source: Adler & Oktem, "Learned primal-dual reconstruction", TMI 2018, algorithm 3.
    """

    def __init__(
        self,
        channels: tuple[int, int] = (1, 1),
        n_steps: int = 10,
        n_primal: int = 5,
        n_dual: int = 5,
        width: int = 32,
        gradient: GradientRule | None = None,
    ) -> None:
        check_count("n_primal", n_primal, "5 is the default")
        check_count("n_dual", n_dual, "5 is the default")
        check_count("n_steps", n_steps, "10 is the default")
        image, data = channels
        networks = [
            PrimalDualNetworks(
                _network((n_dual + 2) * data, n_dual * data, width),
                _network((n_primal + 1) * image, n_primal * image, width),
            )
            for _ in range(n_steps)
        ]
        algorithm = LearnedPrimalDual(n_primal, n_dual)
        super().__init__(algorithm, nn.ModuleList(networks), n_steps, init=zero, gradient=gradient)
        self.channels = channels
        self.n_primal = n_primal
        self.n_dual = n_dual
        self.width = width

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The reconstruction of each sample of ``y``."""
        if not isinstance(y, Tensor) or y.ndim != 4:
            found = tuple(y.shape) if isinstance(y, Tensor) else f"a {type(y).__name__}"
            raise ShapeError(f"`y` must be a tensor of shape (B, C, H, W), got {found}; use MoDL or VarNet for others.")
        return super().forward(y, physics.with_noise(NoNoise()))


def zero(y: Measurement, physics: Physics) -> Tensor:
    """The image of zeros."""
    if not isinstance(physics, LinearPhysics):
        raise CapabilityError(f"`physics` must be LinearPhysics, got {type(physics).__name__}; linearise it.")
    return torch.zeros_like(physics.A_adjoint(y))


def _network(inputs: int, outputs: int, width: int) -> nn.Sequential:
    network = nn.Sequential(
        nn.Conv2d(inputs, width, 3, padding=1), nn.PReLU(),
        nn.Conv2d(width, width, 3, padding=1), nn.PReLU(),
        nn.Conv2d(width, outputs, 3, padding=1),
    )  # fmt: skip
    for layer in network:
        if isinstance(layer, nn.Conv2d):
            assert layer.bias is not None
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
    return network
