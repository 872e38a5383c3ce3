"""A residual as white as noise."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._tree import leaves
from preimage.errors import ShapeError
from preimage.optim.weight.criterion import Criterion, Series, Trial

__all__ = ["Whiteness"]


@dataclass(frozen=True)
class Whiteness(Criterion):
    r"""The weight whose residual image ``r = A x - y`` is most like white noise: no noise level is needed.

    The value is the energy of the normalised periodic autocorrelation but for its peak, ``||r * r||^2 / ||r||^4 - 1``,
    averaged over channels and sensors: about one for real white noise, larger where structure is left in ``r``. The
    noise must be white, of one level over the image. Pixels that were not measured have no residual. Not for denoising
    by thresholds in an orthonormal basis: what a small threshold takes away is white, however small it is.

    Source: Almeida & Figueiredo 2013; Lanza, Pragliola, Sgallari 2020.
    """

    def measure(self, trial: Trial) -> Series:
        """The energy of the autocorrelation."""
        energies = [_energy(leaf) for leaf in leaves(trial.residual())]
        return {"value": torch.cat(energies, 1).mean(1)}


def _energy(r: Tensor) -> Tensor:
    """``sum_(l != 0) a(l)^2 / a(0)^2`` of each channel, (B, C), ``a`` the autocorrelation; zero for no residual."""
    if r.ndim not in (4, 5):
        raise ShapeError(
            f"the measurement must be images (B, C, H, W) or volumes for Whiteness, got {tuple(r.shape)}; take GCV."
        )
    spectrum = torch.fft.fftn(r, dim=tuple(range(2, r.ndim)))
    power = spectrum.abs().square().flatten(2)  # the transform of the autocorrelation
    mean = power.mean(2)
    return (power / mean.where(mean > 0, 1)[..., None]).square().mean(2) - (mean > 0).to(mean.dtype)
