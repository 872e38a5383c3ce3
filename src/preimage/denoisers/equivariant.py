"""Denoisers made to commute with flips and quarter turns."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from preimage.denoisers.base import Denoiser, DenoiserWrapper
from preimage.transform import dihedral, dihedral_inverse

__all__ = ["EquivariantDenoiser"]


class EquivariantDenoiser(DenoiserWrapper):
    r"""The mean over symmetries ``T_g`` of the square, ``1/n sum_g T_g^-1 D(T_g x, sigma)``.

    Over all eight, the mean commutes with each of them. A single symmetry costs one call; :meth:`drawn` takes one at
    random, so that an iteration that draws anew at every step averages over the steps.

    Args:
        denoiser: ``D``.
        symmetries: numbers in 0..7 of :func:`preimage.transform.dihedral`; all by default.

    Source: Terris, Moreau, Pustelnik, Tachella 2024.
    """

    def __init__(self, denoiser: Denoiser, symmetries: Sequence[int] = tuple(range(8))) -> None:
        super().__init__(denoiser)
        self.symmetries = tuple(symmetries)
        # A symmetry moves the corner of the image, from which a stride counts: with a stride, tiles are not exact.
        if denoiser.traits.stride != 1:
            self.traits = replace(denoiser.traits, stride=1, receptive_radius=None)

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        views = [dihedral_inverse(self.denoiser(dihedral(x, index), sigma), index) for index in self.symmetries]
        return views[0] if len(views) == 1 else torch.stack(views).mean(0)

    def drawn(self, rng: torch.Generator | None = None) -> "EquivariantDenoiser":
        """The same denoiser under one of the symmetries, drawn at random."""
        device = None if rng is None else rng.device
        index = int(torch.randint(len(self.symmetries), (), generator=rng, device=device))
        return self.replace(symmetries=(self.symmetries[index],))
