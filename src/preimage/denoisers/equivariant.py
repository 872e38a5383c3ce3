"""Denoisers made to commute with the transforms of a group."""

from dataclasses import replace

import torch
from torch import Tensor

from preimage.denoisers.base import Denoiser, DenoiserWrapper, Traits
from preimage.transform import Dihedral, FiniteGroup, Params

__all__ = ["EquivariantDenoiser", "ViewDenoiser"]


class ViewDenoiser(DenoiserWrapper):
    r"""A denoiser that sees images through one transform: ``T^-1 D(T x, sigma)``.

    Args:
        denoiser: ``D``.
        group: the group that ``T`` is of.
        params: the parameters of ``T``, for one image, which counts for all, or for each of a batch.

    Source: Terris, Moreau, Pustelnik, Tachella 2024.
    """

    def __init__(self, denoiser: Denoiser, group: FiniteGroup, params: Params) -> None:
        super().__init__(denoiser)
        self.group = group
        self.params = params
        self.traits = _under(denoiser, group)

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        return self.group.inverse(self.denoiser(self.group.transform(x, self.params), sigma), self.params)


class EquivariantDenoiser(DenoiserWrapper):
    r"""The mean over a group of transforms ``T_g``, ``1/n sum_g T_g^-1 D(T_g x, sigma)``, which commutes with each.

    :meth:`drawn` takes one transform at random, at the cost of one call, so that an iteration that draws anew at every
    step averages over the steps.

    Args:
        denoiser: ``D``.
        group: the group; the eight symmetries of the square by default.

    Source: Terris, Moreau, Pustelnik, Tachella 2024.
    """

    def __init__(self, denoiser: Denoiser, group: FiniteGroup | None = None) -> None:
        super().__init__(denoiser)
        self.group = Dihedral() if group is None else group
        self.traits = _under(denoiser, self.group)

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        return self.group.average(lambda image: self.denoiser(image, sigma), x)

    def drawn(self, rng: torch.Generator | None = None) -> ViewDenoiser:
        """The denoiser under one transform of the group, drawn at random.

        Args:
            rng: source of randomness; the global generator by default.
        """
        return ViewDenoiser(self.denoiser, self.group, self.group.draw(1, rng))


def _under(denoiser: Denoiser, group: FiniteGroup) -> Traits:
    # A transform moves the corner of the image, from which a stride counts: with a stride, tiles are not exact.
    if denoiser.traits.stride == 1 and group.is_rigid:
        return denoiser.traits
    return replace(denoiser.traits, stride=1, receptive_radius=None)
