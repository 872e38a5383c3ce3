"""What a network of many problems was trained for, and whether a problem is of that."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from typing_extensions import override

from preimage._seen import count_seen
from preimage._tree import Measurement
from preimage.models.ram.model import RAM
from preimage.models.ram.system import System, system_of
from preimage.physics import Physics

__all__ = ["TrainedRAM", "TrainedRange", "TrainedRangeWarning"]

_SLACK = 1.05  # of the ends of a range, which are estimates


class TrainedRangeWarning(UserWarning):
    """A reconstructor is asked for a problem that it was not trained for."""


@dataclass(frozen=True)
class TrainedRange:
    """The conditions of a training.

    Attributes:
        noise: the least and largest standard deviation of the noise, over the root mean square of the image.
        least_share: the least number of entries of a measurement for each unknown.
        operators: the kinds of operators, see :attr:`preimage.physics.Physics.kind`; all where there is none.
    """

    noise: tuple[float, float] = (0.0, float("inf"))
    least_share: float = 0.0
    operators: Sequence[str] = ()

    def departures(self, system: System) -> tuple[str, ...]:
        """In what a measurement is outside of the training, in words; nothing where it is inside."""
        found, kind = [], system.physics.kind
        if self.operators and kind not in self.operators:
            found.append(f"the operator is of another kind, {kind}, than {', '.join(self.operators)}")
        low, high = self.noise
        ratios = system.ratio.detach()
        if ratios.numel() and (float(ratios.max()) > _SLACK * high or float(ratios.min()) < low / _SLACK):
            least, most = float(ratios.min()), float(ratios.max())
            told = f"{most:.3g}" if least == most else f"{least:.3g} to {most:.3g}"
            found.append(f"noise is {told} of the size of the image, in the training {low:.3g} to {high:.3g}")
        share = _least_share(system)
        if share < self.least_share / _SLACK:
            found.append(f"{share:.3g} numbers were measured for each unknown, in the training {self.least_share:.3g}")
        return tuple(found)


class TrainedRAM(RAM):
    """A :class:`RAM` of the usual size that knows what its weights were trained for.

    A call with another problem warns with a :class:`TrainedRangeWarning`, which says in what it is outside. The picture
    is the same.

    Args:
        noise_range, least_share, operators: see :class:`TrainedRange`.
    """

    def __init__(
        self,
        noise_range: Sequence[float] = (0.0, float("inf")),
        least_share: float = 0.0,
        operators: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self.noise_range = tuple(noise_range)
        self.least_share = least_share
        self.operators = tuple(operators)

    def departures(self, y: Measurement, physics: Physics) -> tuple[str, ...]:
        """In what a measurement is outside of the training, in words; nothing where it is inside.

        Args:
            y: the measurement.
            physics: what made it.
        """
        low, high = self.noise_range
        trained = TrainedRange((low, high), self.least_share, self.operators)
        return trained.departures(system_of(y, physics, self.steps))

    @override
    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        found = self.departures(y, physics)
        if found:
            warnings.warn(
                f"`physics` should be as in the training of the network, but {'; '.join(found)}; expect a poorer "
                "image, unless the network was finetuned to it: preimage.finetune.",
                TrainedRangeWarning,
                stacklevel=3,
            )
        return super().forward(y, physics)


def _least_share(system: System) -> float:
    """Numbers measured for each unknown, of the image with the fewest."""
    unknowns = system.back[:1].numel() * (2 if system.back.is_complex() else 1)
    with torch.no_grad():
        counts = count_seen(system.y, system.physics.seen(system.y))
    return float(counts.min()) / unknowns if counts.numel() and unknowns else float("inf")
