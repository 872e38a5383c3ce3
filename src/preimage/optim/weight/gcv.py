"""Generalised cross-validation."""

from dataclasses import dataclass

import torch
from typing_extensions import override

from preimage._tree import Measurement, dot
from preimage.optim.weight.criterion import Criterion, Series, Trial
from preimage.optim.weight.divergence import draw_shifts, prediction_divergence
from preimage.optim.weight.sure import check_probes

__all__ = ["GCV"]


@dataclass(frozen=True)
class GCV(Criterion):
    r"""The weight with the least ``m ||A x_hat - y||^2 / (m - div_y A x_hat)^2``: no noise level is needed.

    White noise is assumed. For a reconstruction that is linear in ``y`` the value is, up to a rotation of the data, how
    well each measurement is predicted from the others; elsewhere the divergence stands for the trace of the matrix. It
    is estimated as by :class:`SURE`.

    Args:
        probes: how many random directions; each costs a reconstruction for every weight.
        epsilon: length of the difference, relative to the root mean square of ``y``.

    Source: Golub, Heath, Wahba 1979; with an estimated divergence: Girard 1989.
    """

    probes: int = 1
    epsilon: float = 5e-3

    def __post_init__(self) -> None:
        check_probes(self.probes, self.epsilon)

    @override
    def shifts(self, y: Measurement, rng: torch.Generator | None) -> tuple[Measurement, ...]:
        return draw_shifts(y, self.epsilon, self.probes, rng)

    def measure(self, trial: Trial) -> Series:
        """The score, and what it is made of; no score where all degrees of freedom are used up."""
        residual, divergence = trial.residual(), prediction_divergence(trial, self.epsilon) / trial.measured.count()
        misfit = dot(residual, residual) / trial.measured.count()
        free = 1 - divergence
        value = torch.where(free > 0, misfit / free**2, torch.inf)
        return {"value": value, "residual": dot(residual, residual), "divergence": divergence}
